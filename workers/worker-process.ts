import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { schedules as allSchedules } from '../jobs/schedules.ts';
import type { Deps } from '../shared/compose.ts';
import { LEASE_MS } from '../shared/ledger/claim.ts';
import { POOLS, type PoolName } from '../shared/ledger/contract.ts';
import { ensurePartitions } from '../shared/ledger/retention.ts';
import type { Schedule } from '../shared/ledger/schedule.ts';
import type { RoleName } from '../shared/platform/config/index.ts';
import { HEARTBEAT_MS, heartbeat, signOff } from '../shared/scaling/worker-registry.ts';
import { startAutoscaler } from './autoscaler.ts';
import { batchedClaims } from './claim-batch.ts';
import { createJobRunner, type Registry } from './job-runner.ts';
import { startPoolWorkers } from './pool-workers.ts';
import { startRelay } from './relay.ts';
import { trackRunningJobs } from './running-jobs.ts';
import { startScheduler } from './scheduler.ts';
import { startSweeper } from './sweeper.ts';

export type WorkerProcess = {
  readonly id: string;
  /** Takes no more, finishes what runs or hands it back, and lets go of everything but `deps`. */
  drain(graceMs?: number): Promise<void>;
};

export type WorkerPlan = {
  pools: readonly PoolName[];
  roles: readonly RoleName[];
  registry: Registry;
  schedules?: readonly Schedule[];
  /** How long a claim holds without renewal, and a dispatch unclaimed; tests of lost work shorten them. */
  leaseMs?: number;
  dispatchDeadlineMs?: number;
};

/** With three steps more, shorter than the 30 s after which an orchestrator kills. */
const GRACE_MS = 23_000;
const STEP_MS = 2_000;

/** Starts the pools and roles of one process. Throws where the database or the queue cannot be used. */
export async function startWorkerProcess(deps: Deps, plan: WorkerPlan): Promise<WorkerProcess> {
  const { pools, roles, registry, schedules = allSchedules, leaseMs = LEASE_MS } = plan;
  const { database, queues, logger, config, clock, random, probe, metrics } = deps;
  const id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  await database.query('select 1');
  await queues.check();
  if (roles.includes('relay')) await ensurePartitions(database);

  const running = trackRunningJobs({ database, tls: config.tls, worker: id, logger, leaseMs });
  const run = createJobRunner({
    database,
    registry,
    claim: batchedClaims(database, id, leaseMs),
    running,
    clock,
    random,
    logger,
    probe,
  });
  const beat = () =>
    heartbeat(database, { id, pools, roles }).catch((error: unknown) =>
      logger.throttled('heartbeat', 'warn', 'A heartbeat was lost', { err: error }),
    );
  await beat();
  const beating = setInterval(beat, HEARTBEAT_MS);

  // What feeds others stops first when draining, so that nobody is handed work by a process that is leaving.
  const feeding: { close(): Promise<void> }[] = [];
  if (roles.includes('scheduler')) feeding.push(startScheduler({ database, schedules, clock, logger, metrics }));
  if (roles.includes('autoscaler'))
    feeding.push(startAutoscaler({ database, settings: config.pools, clock, logger, metrics }));
  if (roles.includes('relay')) {
    feeding.push(
      startRelay({ database, tls: config.tls, queues, logger, probe, deadlineMs: plan.dispatchDeadlineMs }),
      startSweeper({ database, logger }),
    );
  }
  const concurrency = Object.fromEntries(POOLS.map((pool) => [pool, config.pools[pool].concurrency])) as Record<
    PoolName,
    number
  >;
  const workers = startPoolWorkers({ pools, concurrency, queues, run, logger, metrics, probe });

  return {
    id,
    async drain(graceMs = GRACE_MS) {
      clearInterval(beating);
      // Each step is bounded: with the database or the queue away none of them may outlast the orchestrator's patience.
      await Promise.all(feeding.map((part) => within(STEP_MS, part.close())));
      await within(graceMs, workers.close());
      running.stopAll('shutdown');
      await within(STEP_MS, running.idle());
      await within(STEP_MS, Promise.all([running.close(), signOff(database, id).catch(() => {})]));
    },
  };
}

/** BullMQ's close has no time-out of its own. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
