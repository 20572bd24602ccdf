import type { PoolName } from '../../../shared/ledger/contract.ts';
import { startTicker } from '../../../shared/platform/ticker.ts';
import type { PoolSize } from '../../../shared/scaling/desired-workers.ts';
import type { ChildProcess } from './child-process.ts';
import type { KeptAlive } from './kept-alive.ts';

export type Supervisor = {
  /** Living worker processes per pool, the base process included. */
  workers(pool: PoolName): number;
  children(): readonly ChildProcess[];
  close(): Promise<void>;
};

export type SupervisorOptions = {
  /** Runs one of every pool; never stopped by scaling. */
  base: KeptAlive;
  startWorker(pool: PoolName): Promise<ChildProcess>;
  sizes(): Promise<Record<PoolName, PoolSize>>;
  /** Told what changed, for whoever shows it. */
  onChange?: (change: { pool: PoolName; workers: number }) => void;
  onError?: (error: unknown) => void;
  everyMs?: number;
};

/**
 * What ECS or KEDA do in production, on one machine: starts and stops worker processes until each pool has as many as
 * the one published number says.
 */
export function superviseLocally(options: SupervisorOptions): Supervisor {
  const { base, startWorker, sizes, onChange, onError, everyMs = 500 } = options;
  const extra = new Map<PoolName, ChildProcess[]>();
  let closing = false;

  const workers = (pool: PoolName) => 1 + (extra.get(pool)?.length ?? 0);
  const adjust = async (pool: PoolName, desired: number) => {
    if (desired > workers(pool)) {
      const child = await startWorker(pool);
      extra.set(pool, [...(extra.get(pool) ?? []), child]);
      void child.exited.then(() => forget(pool, child));
      onChange?.({ pool, workers: workers(pool) });
    } else if (desired < workers(pool)) {
      await extra.get(pool)?.at(-1)?.end();
    }
  };
  const forget = (pool: PoolName, child: ChildProcess) => {
    extra.set(
      pool,
      (extra.get(pool) ?? []).filter((other) => other !== child),
    );
    if (!closing) onChange?.({ pool, workers: workers(pool) });
  };
  const tick = async () => {
    const wanted = Object.entries(await sizes()) as [PoolName, PoolSize][];
    await Promise.all(wanted.filter(([, size]) => size.desired > 0).map(([pool, size]) => adjust(pool, size.desired)));
  };
  const ticker = startTicker(everyMs, tick, (error) => onError?.(error));
  return {
    workers,
    children: () => [base.current, ...[...extra.values()].flat()],
    async close() {
      closing = true;
      await ticker.close();
      await Promise.all([base, ...[...extra.values()].flat()].map((process) => process.end()));
    },
  };
}
