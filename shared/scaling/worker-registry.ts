import type { Database } from '../platform/database/database.ts';

export type WorkerProcess = { id: string; pools: readonly string[]; roles: readonly string[] };

/** A process not heard of for so long is taken for gone, in seconds. */
const FORGET_SECONDS = 20;
export const HEARTBEAT_MS = 5_000;

/** Says that this worker process is alive and which pools it runs. */
export async function heartbeat(database: Pick<Database, 'query'>, worker: WorkerProcess): Promise<void> {
  await database.query(HEARTBEAT, [worker.id, worker.pools, worker.roles]);
}

const HEARTBEAT = `
  insert into worker_process (id, pools, roles) values ($1, $2::text[], $3::text[])
  on conflict (id) do update set seen_at = now()`;

/** Says that this worker process has ended, and forgets those that were killed long ago. */
export async function signOff(database: Pick<Database, 'query'>, id: string): Promise<void> {
  await database.query(`delete from worker_process where id = $1 or seen_at < now() - interval '1 hour'`, [id]);
}

/** Living worker processes per pool. */
export async function workersPerPool(database: Pick<Database, 'query'>): Promise<Map<string, number>> {
  const rows = await database.query<{ pool: string; workers: number }>(PER_POOL, [FORGET_SECONDS]);
  return new Map(rows.map((row) => [row.pool, row.workers]));
}

const PER_POOL = `
  select pool, count(*)::int as workers from worker_process, unnest(pools) as pool
  where seen_at > now() - $1::float8 * interval '1 second' group by pool`;
