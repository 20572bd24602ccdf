import { existsSync } from 'node:fs';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { compose, type Overrides } from '../../../shared/compose.ts';
import { LEASE_MS } from '../../../shared/ledger/claim.ts';
import { DISPATCH_DEADLINE_MS } from '../../../shared/ledger/dispatch.ts';
import type { Schedule } from '../../../shared/ledger/schedule.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { loadConfig } from '../../../shared/platform/config/index.ts';
import { runProcess } from '../../../shared/platform/entry-point.ts';
import type { Probe } from '../../../shared/platform/probe.ts';
import { type Queues, type QueueWorker, WORKER_OPTIONS } from '../../../shared/platform/queue/queues.ts';
import { startOpsListener } from '../../../workers/ops-listener.ts';
import { buildRegistry } from '../../../workers/registry.ts';
import { startWorkerProcess } from '../../../workers/worker-process.ts';
import { faultRegistry, record } from './fault-jobs.ts';
import { FaultPlan } from './fault-plan.ts';

// A worker process as in production, with crash points and, unless the plan says otherwise, the fault runs' jobs.
await runProcess(async () => {
  const plan = FaultPlan.parse(JSON.parse(process.env['FAULT_PLAN'] ?? '{}'));
  if (plan.clockSkewMs !== 0) skewDate(plan.clockSkewMs);
  const config = loadConfig('worker');
  const overrides: Overrides = {
    ...(plan.crash ? { probe: crashAt(plan.crash) } : {}),
    clock: { now: () => systemClock.now().add({ milliseconds: plan.clockSkewMs }) },
  };
  const composed = await compose(config, overrides);
  const hasty = plan.haste > 1 && config.QUEUE_BACKEND === 'redis';
  const deps = hasty
    ? { ...composed, queues: hurried(composed.queues, config.REDIS_URL ?? '', config.REDIS_PREFIX, plan.haste) }
    : composed;
  const ops = await startOpsListener(deps);
  const worker = await startWorkerProcess(deps, {
    pools: plan.pools,
    roles: plan.roles,
    registry: plan.jobs === 'project' ? buildRegistry(deps) : faultRegistry(plan.slowMs),
    schedules: plan.schedules.map(scheduleOf),
    leaseMs: LEASE_MS / plan.haste,
    dispatchDeadlineMs: DISPATCH_DEADLINE_MS / plan.haste,
  });
  ops.ready();
  return {
    async drain() {
      ops.draining();
      await worker.drain();
      await ops.close();
      await composed.close();
    },
  };
});

/** What the libraries take for the time, cron and queue included. */
function skewDate(skewMs: number): void {
  const RealDate = Date;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, values) => Reflect.construct(target, values.length === 0 ? [RealDate.now() + skewMs] : values),
    get: (target, name) => (name === 'now' ? () => RealDate.now() + skewMs : Reflect.get(target, name)),
  });
}

function crashAt({ at, times, armedBy }: NonNullable<FaultPlan['crash']>): Probe {
  let left = times;
  return (point) => {
    if (point !== at || (armedBy !== undefined && !existsSync(armedBy))) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
}

function scheduleOf({ name, cron }: { name: string; cron: string }): Schedule {
  return {
    name,
    cron,
    contract: record,
    payload: (slot) => ({ key: `${name} ${slot}` }),
    catchUp: 'all',
    windowHours: 2,
  };
}

/** BullMQ as the project sets it, only that it gives silent workers up sooner. */
function hurried(queues: Queues, url: string, prefix: string, haste: number): Queues {
  return {
    ...queues,
    worker(name, process, { concurrency }) {
      const worker: QueueWorker = new Worker(name, process, {
        ...WORKER_OPTIONS,
        connection: new Redis(url, { maxRetriesPerRequest: null }),
        prefix,
        concurrency,
        lockDuration: WORKER_OPTIONS.lockDuration / haste,
        stalledInterval: WORKER_OPTIONS.stalledInterval / haste,
      });
      worker.on('error', () => {});
      return worker;
    },
  };
}
