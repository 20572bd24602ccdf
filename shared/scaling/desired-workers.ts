import { POOLS, type PoolName } from '../ledger/contract.ts';
import type { Database } from '../platform/database/database.ts';
import { readScale } from './scale-store.ts';

export type PoolSize = { desired: number; workers: number };

/** Desired and living workers of every pool; 0 where nothing has been decided yet. */
export async function poolSizes(database: Pick<Database, 'query'>): Promise<Record<PoolName, PoolSize>> {
  const decided = new Map((await readScale(database)).map((scale) => [scale.pool, scale]));
  const sizes = POOLS.map((pool) => {
    const scale = decided.get(pool);
    return [pool, { desired: scale?.desired ?? 0, workers: scale?.workers ?? 0 }] as const;
  });
  return Object.fromEntries(sizes) as Record<PoolName, PoolSize>;
}

/** The desired workers of every pool alone: what supervisors and orchestrators scale by. */
export async function desiredWorkers(database: Pick<Database, 'query'>): Promise<Record<PoolName, number>> {
  const sizes = await poolSizes(database);
  return Object.fromEntries(POOLS.map((pool) => [pool, sizes[pool].desired])) as Record<PoolName, number>;
}
