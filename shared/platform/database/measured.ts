import { stopwatch } from '../clock.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Database } from './database.ts';

type DatabaseMetrics = Pick<Metrics, 'dbQuerySeconds' | 'dbPoolInUse' | 'dbPoolMax'>;

/**
 * The same database, with its connections and times in the metrics. A transaction is timed as a whole, from asking for a
 * connection to the answer of its COMMIT: its statements share round trips and have no times of their own.
 */
export function measured(database: Database, { dbQuerySeconds, dbPoolInUse, dbPoolMax }: DatabaseMetrics): Database {
  const { pool } = database;
  dbPoolMax.set(pool.options.max);
  pool.on('acquire', () => dbPoolInUse.inc());
  pool.on('release', () => dbPoolInUse.dec());

  const timed = async <Result>(kind: 'statement' | 'transaction', work: Promise<Result>): Promise<Result> => {
    const elapsed = stopwatch();
    try {
      return await work;
    } finally {
      dbQuerySeconds.observe({ kind }, elapsed() / 1_000);
    }
  };
  return {
    ...database,
    query: (text, values) => timed('statement', database.query(text, values)),
    transaction: (options, work) => timed('transaction', database.transaction(options, work)),
  };
}
