import type { Database } from '../platform/database/database.ts';
import type { PoolName } from './contract.ts';

export type PoolDepth = { pool: PoolName; state: string; jobs: number; runnable: number; oldestSeconds: number };

/** Live and dead jobs per pool and state. `oldestSeconds` is how long the oldest runnable one has waited. */
export async function poolDepths(database: Pick<Database, 'query'>): Promise<PoolDepth[]> {
  return database.query<PoolDepth>(DEPTHS);
}

const DEPTHS = `
  select pool, state, count(*)::int as jobs,
    count(*) filter (where state = 'dispatched' or (state in ('pending', 'retrying', 'parked') and due_at <= now()))::int as runnable,
    greatest(0, coalesce(extract(epoch from now() - min(case
      when state = 'dispatched' then ready_at
      when state in ('pending', 'retrying', 'parked') and due_at <= now() then due_at end)), 0))::float8 as "oldestSeconds"
  from job group by pool, state`;

export type PoolService = { pool: PoolName; finishedPerSecond: number; meanServiceSeconds: number };

/** How fast each pool has worked over the last `seconds`. */
export async function poolService(database: Pick<Database, 'query'>, seconds: number): Promise<PoolService[]> {
  return database.query<PoolService>(SERVICE, [seconds]);
}

const SERVICE = `
  select pool, count(*)::float8 / $1::float8 as "finishedPerSecond", coalesce(avg(run_ms), 0)::float8 / 1000 as "meanServiceSeconds"
  from job_attempt where finished_at > now() - $1::float8 * interval '1 second' group by pool`;
