import { LEASE_MS } from '../shared/ledger/claim.ts';
import { sweepExpired, sweepLeases } from '../shared/ledger/sweep.ts';
import { stopwatch } from '../shared/platform/clock.ts';
import type { Database } from '../shared/platform/database/database.ts';
import type { Logger } from '../shared/platform/telemetry/logger.ts';
import { startTicker, type Ticker } from '../shared/platform/ticker.ts';

const EVERY_MS = 1_000;
/** After the database was away every lease looks run out: the living get so long to renew theirs first. */
const MERCY_MS = LEASE_MS / 2;

export type SweeperOptions = { database: Database; logger: Logger };

/** Takes work back from workers that went silent and ends jobs that have lost their use. Runs beside every relay. */
export function startSweeper({ database, logger }: SweeperOptions): Ticker {
  let sinceAnswer = stopwatch();
  let sinceOutage: (() => number) | undefined;

  const sweep = async () => {
    await sweepExpired(database);
    if (sinceAnswer() > MERCY_MS) sinceOutage = stopwatch();
    sinceAnswer = stopwatch();
    if (sinceOutage && sinceOutage() < MERCY_MS) return;
    const { lost, dead } = await sweepLeases(database);
    if (lost > 0) logger.warn({ lost, dead }, 'Work was taken back from silent workers');
  };
  return startTicker(EVERY_MS, sweep, (error) => logger.throttled('sweep', 'warn', 'The sweep failed', { err: error }));
}
