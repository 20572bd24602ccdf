import { setTimeout as pause } from 'node:timers/promises';
import type { Dispatch } from '../shared/ledger/claim.ts';
import type { PoolName } from '../shared/ledger/contract.ts';
import { type MarkedJob, markDispatched, unmarkDispatched } from '../shared/ledger/dispatch.ts';
import type { Database } from '../shared/platform/database/database.ts';
import type { Probe } from '../shared/platform/probe.ts';
import { JOB_OPTIONS, type Queues } from '../shared/platform/queue/queues.ts';
import type { Logger } from '../shared/platform/telemetry/logger.ts';

export type PoolRelayParts = {
  database: Database;
  queues: Queues;
  logger: Logger;
  probe: Probe;
  /** How long a dispatched job may stay unclaimed before the queue is asked for it, in milliseconds. */
  deadlineMs?: number | undefined;
};

/** One pool's part of the relay. */
export type PoolRelay = {
  /** There may be something to relay. */
  ring(): void;
  close(): Promise<void>;
};

/** At most so many jobs wait in one queue; the rest stay in PostgreSQL, where they can be seen, sorted and cancelled. */
const MAX_WAITING = 1_000;
const BATCH = 250;
/** A full queue is left alone for so long: to fill each single place as it falls free is costly and speeds nothing up. */
const FULL_MS = 50;
const PAUSE_ON_FAULT_MS = 1_000;
/** Above this share of Redis's memory limit the relay stops adding, long before Redis refuses. */
const MEMORY_CEILING = 0.7;
/** BullMQ's priority by lane: none goes first, then 1, 2, … */
const PRIORITY: Record<number, number> = { 1: 0, 2: 1, 3: 2 };

/** Each pool has a loop of its own, so that none waits while another's batch is on its way. */
export function startPoolRelay(pool: PoolName, parts: PoolRelayParts): PoolRelay {
  const { database, queues, logger, probe, deadlineMs } = parts;
  const bell = doorbell();
  let closing = false;
  // Counting costs as much as adding, so room once found is good for a batch: several relays overshoot by no more.
  let credit = { left: 0, isLast: false };

  const relayOnce = async (): Promise<'full' | 'more' | 'nothing'> => {
    if (credit.left === 0) {
      const room = await roomIn(queues, pool);
      credit = { left: Math.max(0, Math.min(room, BATCH)), isLast: room < BATCH };
      if (credit.left === 0) return 'full';
    }
    const limit = credit.left;
    probe('mark.before');
    const marked = await markDispatched(database, pool, limit, deadlineMs);
    probe('mark.after');
    if (marked.length === 0) return 'nothing';
    await addToQueue(queues, database, pool, marked);
    probe('add.after');
    credit.left -= marked.length;
    if (marked.length < limit) return 'nothing';
    return credit.isLast ? 'full' : 'more';
  };

  const loop = async () => {
    while (!closing) {
      await bell.rung();
      if (closing) return;
      try {
        const next = await relayOnce();
        if (next === 'nothing') continue;
        if (next === 'full') await pause(FULL_MS);
      } catch (error) {
        credit.left = 0;
        logger.throttled('relay', 'warn', 'The relay could not hand work to its queue', { pool, err: error });
        await pause(PAUSE_ON_FAULT_MS);
      }
      bell.ring();
    }
  };

  const finished = loop();
  return {
    ring: bell.ring,
    async close() {
      closing = true;
      bell.ring();
      await finished;
    },
  };
}

async function roomIn(queues: Queues, pool: PoolName): Promise<number> {
  const counts = await queues.queue(pool).getJobCounts('waiting', 'prioritized');
  const waiting = (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0);
  if (waiting > 0 && (await queues.memoryUsed()) > MEMORY_CEILING) return 0;
  return MAX_WAITING - waiting;
}

async function addToQueue(
  queues: Queues,
  database: Database,
  pool: PoolName,
  marked: readonly MarkedJob[],
): Promise<void> {
  try {
    await queues.queue(pool).addBulk(
      marked.map(({ id, dispatch, kind, lane }) => ({
        name: kind,
        data: { id, dispatch },
        opts: {
          ...JOB_OPTIONS,
          jobId: queueJobId({ id, dispatch }),
          ...(PRIORITY[lane] ? { priority: PRIORITY[lane] } : {}),
        },
      })),
    );
  } catch (error) {
    await unmarkDispatched(database, marked, PAUSE_ON_FAULT_MS);
    throw error;
  }
}

/** New for every going-out: an id the queue still remembers would silently not be added. */
export const queueJobId = ({ id, dispatch }: Dispatch): string => `${id}-${dispatch}`;

/** A bell that remembers being rung while nobody listened. */
function doorbell(): { ring(): void; rung(): Promise<void> } {
  let pending = true;
  let answer: (() => void) | undefined;
  return {
    ring() {
      pending = true;
      answer?.();
      answer = undefined;
    },
    async rung() {
      if (!pending) await new Promise<void>((resolve) => (answer = resolve));
      pending = false;
    },
  };
}
