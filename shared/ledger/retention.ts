import type { Database } from '../platform/database/database.ts';

/** How many days of finished jobs and attempts are kept. */
const RETENTION_DAYS = 30;
/** How many days ahead partitions exist; a week of missed upkeep hurts nobody. */
export const PARTITIONS_AHEAD_DAYS = 7;

/** Makes the day partitions of `job_done` and `job_attempt` from today to `PARTITIONS_AHEAD_DAYS` ahead. */
export async function ensurePartitions(database: Pick<Database, 'query'>): Promise<void> {
  await database.query('select ledger_ensure_partitions($1)', [PARTITIONS_AHEAD_DAYS]);
}

/** Drops day partitions older than `days`; live jobs and dead letters live elsewhere and are not touched. */
export async function dropOldPartitions(database: Pick<Database, 'query'>, days = RETENTION_DAYS): Promise<string[]> {
  const rows = await database.query<{ name: string }>('select ledger_drop_partitions($1) as name', [days]);
  return rows.map((row) => row.name);
}
