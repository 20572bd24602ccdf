import { UnrecoverableError } from 'bullmq';
import type { Dispatch } from '../shared/ledger/claim.ts';
import type { PoolName } from '../shared/ledger/contract.ts';
import { stopwatch } from '../shared/platform/clock.ts';
import { JobId } from '../shared/platform/ids.ts';
import type { Probe } from '../shared/platform/probe.ts';
import type { Queues, QueueWorker } from '../shared/platform/queue/queues.ts';
import type { Logger } from '../shared/platform/telemetry/logger.ts';
import type { Metrics } from '../shared/platform/telemetry/metrics.ts';
import type { RunOutcome } from './job-runner.ts';

export type PoolWorkersOptions = {
  pools: readonly PoolName[];
  concurrency: Readonly<Record<PoolName, number>>;
  queues: Queues;
  run: (dispatch: Dispatch) => Promise<RunOutcome>;
  logger: Logger;
  metrics: Metrics;
  probe: Probe;
};

export type PoolWorkers = {
  /** Takes no more jobs; what runs goes on. Raced by the caller: closing has no time-out of its own. */
  close(): Promise<void>;
};

/** A worker with waiting work that has taken none for so long is started anew, in milliseconds. */
const WATCHDOG_MS = 30_000;
/** Pools whose other side may ask for a pause; the ceiling only arms BullMQ's limiter. */
const SLOWABLE: Partial<Record<PoolName, { max: number; duration: number }>> = {
  push: { max: 1_000, duration: 1_000 },
  mail: { max: 1_000, duration: 1_000 },
};

/** One BullMQ worker per pool of this process. The queue only says what to run; the ledger says whether. */
export function startPoolWorkers(options: PoolWorkersOptions): PoolWorkers {
  const stops = options.pools.map((pool) => startOne(pool, options));
  return { close: async () => void (await Promise.all(stops.map((stop) => stop()))) };
}

function startOne(
  pool: PoolName,
  { queues, concurrency, run, logger, metrics, probe }: PoolWorkersOptions,
): () => Promise<void> {
  let lastTaken = stopwatch();
  let worker: QueueWorker;
  const start = () => {
    const limiter = SLOWABLE[pool];
    worker = queues.worker(
      pool,
      async (queued) => {
        lastTaken = stopwatch();
        const dispatch = dispatchOf(queued.data);
        if (!dispatch) throw new UnrecoverableError('not a dispatch of ours');
        const outcome = await run(dispatch);
        observe(metrics, pool, outcome);
        probe('ack.before');
        if (outcome.kind === 'parked')
          await queues
            .queue(pool)
            .rateLimit(Math.max(1, Math.round(outcome.delayMs)))
            .catch(() => {});
        // Shown as failed in the dashboard; never tried again on the queue's own clock.
        if ('code' in outcome) throw new UnrecoverableError(`${outcome.kind}: ${outcome.code}`);
      },
      { concurrency: concurrency[pool], ...(limiter ? { limiter } : {}) },
    );
    worker.run().catch((error: unknown) => logger.error({ err: error, pool }, 'A pool stopped taking jobs'));
  };
  const watchdog = setInterval(() => void revive(), WATCHDOG_MS / 3);
  const revive = async () => {
    if (lastTaken() < WATCHDOG_MS) return;
    const counts = await queues
      .queue(pool)
      .getJobCounts('waiting', 'prioritized', 'active')
      .catch(() => ({}) as Record<string, number>);
    const waiting = (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0);
    if (waiting === 0 || (counts['active'] ?? 0) > 0) return;
    logger.warn({ pool, waiting }, 'A pool took no waiting job for too long and is started anew');
    const stuck = worker;
    lastTaken = stopwatch();
    start();
    void stuck.close(true).catch(() => {});
  };
  start();
  return async () => {
    clearInterval(watchdog);
    await worker.close().catch(() => {});
  };
}

function dispatchOf(data: unknown): Dispatch | null {
  const { id, dispatch } = (data ?? {}) as { id?: unknown; dispatch?: unknown };
  const parsed = JobId.safeParse(id);
  return parsed.success && typeof dispatch === 'number' && Number.isInteger(dispatch)
    ? { id: parsed.data, dispatch }
    : null;
}

function observe(metrics: Metrics, pool: PoolName, outcome: RunOutcome): void {
  if (!('runMs' in outcome)) return;
  const labels = { pool, kind: outcome.job, outcome: outcome.kind };
  metrics.jobRunSeconds.observe(labels, outcome.runMs / 1_000);
  metrics.jobWaitSeconds.observe(labels, outcome.waitMs / 1_000);
}
