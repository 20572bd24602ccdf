import { sweepExpired, sweepLeases } from '../shared/ledger/sweep.ts';
import type { Database } from '../shared/platform/database/database.ts';
import type { Logger } from '../shared/platform/telemetry/logger.ts';

export type Sweeper = { close(): Promise<void> };

const EVERY_MS = 1_000;

/** Takes work back from workers that went silent and ends jobs that have lost their use. Runs beside every relay. */
export function startSweeper({ database, logger }: { database: Database; logger: Logger }): Sweeper {
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  let current = Promise.resolve();

  const sweep = async () => {
    try {
      const { lost, dead } = await sweepLeases(database);
      if (lost > 0) logger.warn({ lost, dead }, 'Work was taken back from silent workers');
      await sweepExpired(database);
    } catch (error) {
      logger.throttled('sweep', 'warn', 'The sweep failed', { err: error });
    }
    if (!closing) schedule();
  };
  const schedule = () => {
    timer = setTimeout(() => {
      current = sweep();
    }, EVERY_MS);
  };
  schedule();
  return {
    async close() {
      closing = true;
      clearTimeout(timer);
      await current;
    },
  };
}
