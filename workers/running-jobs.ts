import { CANCEL_CHANNEL } from '../shared/ledger/cancel.ts';
import { type ClaimedJob, LEASE_MS } from '../shared/ledger/claim.ts';
import { renewLeases } from '../shared/ledger/lease.ts';
import type { Database } from '../shared/platform/database/database.ts';
import { listen } from '../shared/platform/database/listener.ts';
import type { Logger } from '../shared/platform/telemetry/logger.ts';

export type StopReason = 'cancelled' | 'lease_lost' | 'shutdown' | 'time_limit';

/** What this process is working on: keeps the leases alive and stops work whose job is no longer ours. */
export type RunningJobs = {
  /** Registers a claimed job. The signal aborts with a `StopReason`. */
  start(job: ClaimedJob, timeLimitMs: number): { signal: AbortSignal; end(): void };
  readonly size: number;
  /** Aborts everything still running, to be handed back. */
  stopAll(reason: StopReason): void;
  /** Settles when nothing runs any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

export function trackRunningJobs(options: {
  database: Database;
  tls: boolean;
  worker: string;
  logger: Logger;
  leaseMs?: number;
}): RunningJobs {
  const { database, logger, leaseMs = LEASE_MS } = options;
  const running = new Set<{ job: ClaimedJob; controller: AbortController }>();
  const waitingForIdle: (() => void)[] = [];

  const stop = (id: string, reason: StopReason, beforeFence = Number.POSITIVE_INFINITY) => {
    for (const { job, controller } of running) if (job.id === id && job.fence < beforeFence) controller.abort(reason);
  };
  const listener = listen(
    {
      url: database.url,
      tls: options.tls,
      applicationName: `${options.worker} cancel`,
      channel: CANCEL_CHANNEL,
      onError: (err) => logger.throttled('cancel-listen', 'warn', 'Cancellations are not heard of at once', { err }),
    },
    // Connected anew: what was cancelled meanwhile shows in the leases.
    (id) => (id === '' ? renewNow() : stop(id, 'cancelled')),
  );
  const renew = async () => {
    const mine = [...running].map((entry) => entry.job);
    if (mine.length === 0) return;
    const kept = await renewLeases(database, mine, leaseMs);
    for (const job of mine) if (!kept.has(job.id)) stop(job.id, 'lease_lost', job.fence + 1);
  };
  const renewNow = () =>
    void renew().catch((err: unknown) => logger.throttled('lease', 'warn', 'Leases could not be renewed', { err }));
  const timer = setInterval(renewNow, leaseMs / 3);

  return {
    start(job, timeLimitMs) {
      const controller = new AbortController();
      const timeLimit = setTimeout(() => controller.abort('time_limit'), timeLimitMs);
      const entry = { job, controller };
      running.add(entry);
      // Claimed anew though it still runs here: its lease was lost while this process was too busy to renew it.
      stop(job.id, 'lease_lost', job.fence);
      return {
        signal: controller.signal,
        end() {
          clearTimeout(timeLimit);
          running.delete(entry);
          if (running.size === 0) for (const resolve of waitingForIdle.splice(0)) resolve();
        },
      };
    },
    get size() {
      return running.size;
    },
    stopAll: (reason) => {
      for (const { controller } of running) controller.abort(reason);
    },
    idle: () => (running.size === 0 ? Promise.resolve() : new Promise((resolve) => waitingForIdle.push(resolve))),
    async close() {
      clearInterval(timer);
      await listener.close();
    },
  };
}
