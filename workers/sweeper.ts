import { sweepExpired, sweepLeases } from '../shared/ledger/sweep.ts';
import type { Database } from '../shared/platform/database/database.ts';
import type { Logger } from '../shared/platform/telemetry/logger.ts';
import { startTicker, type Ticker } from '../shared/platform/ticker.ts';

const EVERY_MS = 1_000;

/** Takes work back from workers that went silent and ends jobs that have lost their use. Runs beside every relay. */
export function startSweeper({ database, logger }: { database: Database; logger: Logger }): Ticker {
  const sweep = async () => {
    const { lost, dead } = await sweepLeases(database);
    if (lost > 0) logger.warn({ lost, dead }, 'Work was taken back from silent workers');
    await sweepExpired(database);
  };
  return startTicker(EVERY_MS, sweep, (error) => logger.throttled('sweep', 'warn', 'The sweep failed', { err: error }));
}
