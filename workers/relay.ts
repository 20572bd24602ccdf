import { setTimeout as pause } from 'node:timers/promises';
import { POOLS, type PoolName } from '../shared/ledger/contract.ts';
import {
  extendDispatches,
  type MarkedJob,
  markDispatched,
  overdueDispatches,
  unmarkDispatched,
} from '../shared/ledger/dispatch.ts';
import { type Database, WORK_CHANNEL } from '../shared/platform/database/database.ts';
import { listen } from '../shared/platform/database/listener.ts';
import type { Probe } from '../shared/platform/probe.ts';
import { JOB_OPTIONS, type Queues } from '../shared/platform/queue/queues.ts';
import type { Logger } from '../shared/platform/telemetry/logger.ts';
import { startTicker } from '../shared/platform/ticker.ts';

export type RelayOptions = { database: Database; tls: boolean; queues: Queues; logger: Logger; probe: Probe };

/** Moves runnable jobs from the ledger to the queues. Any number may run: the row decides who takes it. */
export type Relay = { close(): Promise<void> };

/** At most so many jobs wait in one queue; the rest stay in PostgreSQL, where they can be seen, sorted and cancelled. */
const MAX_WAITING = 1_000;
const BATCH = 250;
/** A full queue has room again long before the next poll. */
const FULL_AGAIN_MS = 50;
const POLL_MS = 500;
const OVERDUE_EVERY_MS = 2_000;
const PAUSE_ON_FAULT_MS = 1_000;
/** Above this share of Redis's memory limit the relay stops adding, long before Redis refuses. */
const MEMORY_CEILING = 0.7;
/** BullMQ's priority by lane: none goes first, then 1, 2, … */
const PRIORITY: Record<number, number> = { 1: 0, 2: 1, 3: 2 };

export function startRelay({ database, tls, queues, logger, probe }: RelayOptions): Relay {
  const hot = new Set<PoolName>(POOLS);
  const wake = doorbell();
  let closing = false;

  const listener = listen({ url: database.url, tls, applicationName: 'relay', channel: WORK_CHANNEL }, (topics) => {
    for (const pool of topics === '' ? POOLS : topics.split(',')) if (isPool(pool)) hot.add(pool);
    wake.ring();
  });
  const poll = setInterval(() => {
    for (const pool of POOLS) hot.add(pool);
    wake.ring();
  }, POLL_MS);

  const loop = async () => {
    while (!closing) {
      await wake.rung();
      for (const pool of [...hot]) {
        hot.delete(pool);
        if (closing) return;
        try {
          const next = await relayPool(pool);
          if (next === 'more') hot.add(pool);
          if (next === 'full') setTimeout(look, FULL_AGAIN_MS, pool);
        } catch (error) {
          logger.throttled('relay', 'warn', 'The relay could not hand work to its queue', { pool, err: error });
          await pause(PAUSE_ON_FAULT_MS);
        }
      }
      if (hot.size > 0) wake.ring();
    }
  };
  const look = (pool: PoolName) => {
    hot.add(pool);
    wake.ring();
  };

  const relayPool = async (pool: PoolName): Promise<'full' | 'more' | 'nothing'> => {
    const room = await roomIn(queues, pool);
    if (room <= 0) return 'full';
    const batch = Math.min(room, BATCH);
    probe('mark.before');
    const marked = await markDispatched(database, pool, batch);
    probe('mark.after');
    if (marked.length === 0) return 'nothing';
    await addToQueue(queues, database, pool, marked);
    probe('add.after');
    return marked.length === batch ? 'more' : 'nothing';
  };

  const overdue = startTicker(
    OVERDUE_EVERY_MS,
    () => redispatchLost(database, queues),
    (error) => logger.throttled('relay-overdue', 'warn', 'Overdue dispatches could not be checked', { err: error }),
  );

  const finished = loop();
  return {
    async close() {
      closing = true;
      clearInterval(poll);
      wake.ring();
      await Promise.all([listener.close(), overdue.close(), finished]);
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
const queueJobId = ({ id, dispatch }: { id: string; dispatch: number }) => `${id}-${dispatch}`;

const HELD = new Set(['waiting', 'prioritized', 'active', 'delayed', 'waiting-children']);

/** Unclaimed past the deadline: goes again if the queue has lost it, and is left alone if it merely waits its turn. */
async function redispatchLost(database: Database, queues: Queues): Promise<void> {
  const late = await overdueDispatches(database, POOLS, 1_000);
  if (late.length === 0) return;
  const states = await Promise.all(late.map((job) => queues.queue(job.pool).getJobState(queueJobId(job))));
  const held = late.filter((_, index) => HELD.has(String(states[index])));
  const lost = late.filter((_, index) => !HELD.has(String(states[index])));
  if (held.length > 0) await extendDispatches(database, held);
  if (lost.length > 0) await unmarkDispatched(database, lost, 0);
}

const isPool = (name: string): name is PoolName => (POOLS as readonly string[]).includes(name);

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
