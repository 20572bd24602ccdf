import { POOLS } from '../shared/ledger/contract.ts';
import { extendDispatches, overdueDispatches, unmarkDispatched } from '../shared/ledger/dispatch.ts';
import { WORK_CHANNEL } from '../shared/platform/database/database.ts';
import { listen } from '../shared/platform/database/listener.ts';
import { startTicker } from '../shared/platform/ticker.ts';
import { type PoolRelayParts, queueJobId, startPoolRelay } from './pool-relay.ts';

export type RelayOptions = PoolRelayParts & { tls: boolean };

/** Moves runnable jobs from the ledger to the queues. Any number may run: the row decides who takes it. */
export type Relay = { close(): Promise<void> };

const POLL_MS = 500;
const OVERDUE_EVERY_MS = 2_000;

export function startRelay({ tls, ...parts }: RelayOptions): Relay {
  const { database, logger } = parts;
  const relays = new Map<string, ReturnType<typeof startPoolRelay>>(
    POOLS.map((pool) => [pool, startPoolRelay(pool, parts)]),
  );
  const ringAll = () => {
    for (const relay of relays.values()) relay.ring();
  };
  const listener = listen(
    {
      url: database.url,
      tls,
      applicationName: 'relay',
      channel: WORK_CHANNEL,
      onError: (err) =>
        logger.throttled('relay-listen', 'warn', 'New work is not announced and waits for the poll', { err }),
    },
    (topics) => {
      if (topics === '') ringAll();
      else for (const pool of topics.split(',')) relays.get(pool)?.ring();
    },
  );
  const poll = setInterval(ringAll, POLL_MS);
  const overdue = startTicker(
    OVERDUE_EVERY_MS,
    () => redispatchLost(parts),
    (error) => logger.throttled('relay-overdue', 'warn', 'Overdue dispatches could not be checked', { err: error }),
  );
  return {
    async close() {
      clearInterval(poll);
      await Promise.all([listener.close(), overdue.close(), ...[...relays.values()].map((relay) => relay.close())]);
    },
  };
}

const HELD = new Set(['waiting', 'prioritized', 'active', 'delayed', 'waiting-children']);

/** Unclaimed past the deadline: goes again if the queue has lost it, and is left alone if it merely waits its turn. */
async function redispatchLost({ database, queues, deadlineMs }: PoolRelayParts): Promise<void> {
  const late = await overdueDispatches(database, POOLS, 1_000);
  if (late.length === 0) return;
  const states = await Promise.all(late.map((job) => queues.queue(job.pool).getJobState(queueJobId(job))));
  const held = late.filter((_, index) => HELD.has(String(states[index])));
  const lost = late.filter((_, index) => !HELD.has(String(states[index])));
  if (held.length > 0) await extendDispatches(database, held, deadlineMs);
  if (lost.length > 0) await unmarkDispatched(database, lost, 0);
}
