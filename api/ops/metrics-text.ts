import type { Deps } from '../../shared/compose.ts';
import { POOLS } from '../../shared/ledger/contract.ts';
import type { Logger } from '../../shared/platform/telemetry/logger.ts';
import { type MetricsSnapshot, mergeMetrics, snapshotMetrics } from '../../shared/platform/telemetry/metrics.ts';
import { poolSizes } from '../../shared/scaling/desired-workers.ts';

const PEER_TIMEOUT_MS = 2_000;

/**
 * What Prometheus reads: this process's metrics and what the autoscaler has decided. Where all processes are local
 * (`PEER_METRICS_URL`), those of the others as well, under the same names.
 */
export async function metricsText({ config, database, metrics, logger }: Deps): Promise<string> {
  await readPoolSizes(database, metrics).catch((error: unknown) =>
    // The scrape of an outage must still tell about the outage.
    logger.throttled('metrics-database', 'warn', 'The database had no metrics to give', { err: error }),
  );
  if (config.PEER_METRICS_URL === undefined) return metrics.registry.metrics();
  return mergeMetrics([await snapshotMetrics(metrics), ...(await peers(config.PEER_METRICS_URL, logger))]);
}

async function readPoolSizes(database: Deps['database'], metrics: Deps['metrics']): Promise<void> {
  const sizes = await poolSizes(database);
  for (const pool of POOLS) {
    metrics.poolWorkers.set({ pool }, sizes[pool].workers);
    metrics.poolDesiredWorkers.set({ pool }, sizes[pool].desired);
  }
}

async function peers(url: string, logger: Logger): Promise<MetricsSnapshot[]> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PEER_TIMEOUT_MS) });
    return (await response.json()) as MetricsSnapshot[];
  } catch (error) {
    logger.throttled('metrics-peers', 'warn', 'The other processes’ metrics could not be read', { err: error });
    return [];
  }
}
