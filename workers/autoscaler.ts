import { POOLS, type PoolName } from '../shared/ledger/contract.ts';
import { poolDepths, poolService } from '../shared/ledger/pool-stats.ts';
import type { Clock } from '../shared/platform/clock.ts';
import type { Database } from '../shared/platform/database/database.ts';
import type { Logger } from '../shared/platform/telemetry/logger.ts';
import type { Metrics } from '../shared/platform/telemetry/metrics.ts';
import { startTicker, type Ticker } from '../shared/platform/ticker.ts';
import { decideScale, initialScaling, type ScalingSettings } from '../shared/scaling/policy.ts';
import { becomeDecider, type PoolScale, readScale, writeScale } from '../shared/scaling/scale-store.ts';
import { workersPerPool } from '../shared/scaling/worker-registry.ts';
import { setLedgerGauges } from './ledger-gauges.ts';

export type AutoscalerOptions = {
  database: Database;
  settings: Readonly<Record<PoolName, ScalingSettings>>;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  everyMs?: number;
};

const DEFAULT_EVERY_MS = 1_000;
/** Over how long service times and rates are taken, in seconds. */
const WINDOW_SECONDS = 30;
/** A pool that has finished nothing lately is assumed to take this long per job. */
const UNKNOWN_SERVICE_SECONDS = 0.05;

/** Decides, once a tick among all replicas, how many workers each pool should have, and writes it down. */
export function startAutoscaler(options: AutoscalerOptions): Ticker {
  const { everyMs = DEFAULT_EVERY_MS, logger } = options;
  return startTicker(
    everyMs,
    () => decideAll(options),
    (error) => logger.throttled('autoscaler', 'warn', 'The autoscaler could not decide', { err: error }),
  );
}

async function decideAll({ database, settings, clock, metrics }: AutoscalerOptions): Promise<void> {
  await database.transaction({ userId: null }, async (tx) => {
    if (!(await becomeDecider(tx))) return;
    const [depths, service, workers, last] = [
      await poolDepths(tx),
      await poolService(tx, WINDOW_SECONDS),
      await workersPerPool(tx),
      await readScale(tx),
    ];
    setLedgerGauges(metrics, depths);
    const now = clock.now().epochMilliseconds / 1_000;
    const scales = POOLS.map((pool): PoolScale => {
      const rates = service.find((row) => row.pool === pool);
      const load = {
        backlog: depths.filter((row) => row.pool === pool).reduce((sum, row) => sum + row.runnable, 0),
        arrivalsPerSecond: rates?.finishedPerSecond ?? 0,
        meanServiceSeconds: rates?.meanServiceSeconds || UNKNOWN_SERVICE_SECONDS,
        workers: workers.get(pool) ?? 0,
      };
      const before = last.find((row) => row.pool === pool)?.state ?? initialScaling(settings[pool]);
      const state = decideScale(load, before, settings[pool], now);
      return { pool, desired: state.desired, workers: load.workers, state };
    });
    await writeScale(tx, scales);
  });
}
