import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Database } from '../database/database.ts';
import { startTicker } from '../ticker.ts';
import type { Rules } from './rules.ts';
import { type LimitStore, libraryStore } from './store.ts';

const CLEAN_UP_MS = 5 * 60_000;

/**
 * Counts in the table `rate_limits`, one statement a use, outside any request's transaction: a request that is rolled
 * back has been made all the same. Windows long over are removed here now and then; the library's own clean-up does the
 * same with a sequential scan for each limiter, and cannot be stopped.
 */
export function postgresLimitStore(rules: Rules, { pool, query }: Pick<Database, 'pool' | 'query'>): LimitStore {
  const cleanUp = startTicker(
    CLEAN_UP_MS,
    async () => void (await query(FORGET)),
    // What could not be removed now is removed next time.
    () => {},
  );
  return libraryStore(
    rules,
    ({ name, points, windowMs }) =>
      new RateLimiterPostgres({
        storeClient: pool,
        storeType: 'pool',
        tableName: 'rate_limits',
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix: name,
        points,
        duration: windowMs / 1_000,
      }),
    () => cleanUp.close(),
  );
}

/** The ends are told by the clocks of the processes; an hour covers what they differ by. */
const FORGET = `
  delete from rate_limits where expire < (extract(epoch from clock_timestamp()) * 1000)::bigint - 3600000`;
