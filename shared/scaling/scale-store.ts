import type { PoolName } from '../ledger/contract.ts';
import type { Database, Transaction } from '../platform/database/database.ts';
import type { ScalingState } from './policy.ts';

export type PoolScale = { pool: PoolName; desired: number; workers: number; state: ScalingState };

/** The last decisions, one per pool: the one number that supervisors, KEDA and ECS scale by. */
export async function readScale(database: Pick<Database, 'query'>): Promise<PoolScale[]> {
  return database.query<PoolScale>('select pool, desired, workers, state from pool_scale order by pool');
}

/** Whether this transaction is the one that decides; of several autoscalers each tick has one. */
export async function becomeDecider(tx: Transaction): Promise<boolean> {
  const [row] = await tx.query<{ mine: boolean }>(`select pg_try_advisory_xact_lock(hashtext('pool_scale')) as mine`);
  return row?.mine === true;
}

/** Keeps a decision for each pool, over the last one. */
export async function writeScale(tx: Transaction, scales: readonly PoolScale[]): Promise<void> {
  await tx.query(WRITE, [
    scales.map((scale) => scale.pool),
    scales.map((scale) => scale.desired),
    scales.map((scale) => scale.workers),
    scales.map((scale) => JSON.stringify(scale.state)),
  ]);
}

const WRITE = `
  insert into pool_scale (pool, desired, workers, state)
  select * from unnest($1::text[], $2::int[], $3::int[], $4::jsonb[])
  on conflict (pool) do update set desired = excluded.desired, workers = excluded.workers, state = excluded.state,
    decided_at = now()`;
