import { POOLS } from '../shared/ledger/contract.ts';
import type { PoolDepth } from '../shared/ledger/pool-stats.ts';
import type { Metrics } from '../shared/platform/telemetry/metrics.ts';

/** Parked jobs wait for a later try as retrying ones do; dashboards show them as one. */
const SHOWN = {
  pending: ['pending'],
  dispatched: ['dispatched'],
  running: ['running'],
  retrying: ['retrying', 'parked'],
  dead: ['dead'],
} as const;
const NOT_DISPATCHED = new Set(['pending', 'retrying', 'parked']);

/** Writes what the ledger holds into the metrics, zeros included, so that an emptied pool does not keep its last value. */
export function setLedgerGauges(metrics: Metrics, depths: readonly PoolDepth[]): void {
  for (const pool of POOLS) {
    const own = depths.filter((depth) => depth.pool === pool);
    for (const [state, stored] of Object.entries(SHOWN)) {
      const jobs = own.filter((depth) => (stored as readonly string[]).includes(depth.state));
      metrics.poolDepth.set(
        { pool, state },
        jobs.reduce((sum, depth) => sum + depth.jobs, 0),
      );
    }
    metrics.poolOldestSeconds.set({ pool }, Math.max(0, ...own.map((depth) => depth.oldestSeconds)));
  }
  const waiting = depths.filter((depth) => NOT_DISPATCHED.has(depth.state));
  metrics.ledgerPending.set(waiting.reduce((sum, depth) => sum + depth.runnable, 0));
  metrics.relayLagSeconds.set(Math.max(0, ...waiting.map((depth) => depth.oldestSeconds)));
}
