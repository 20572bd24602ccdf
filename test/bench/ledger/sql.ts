import { Client, Pool, type PoolClient } from 'pg';
import { CONNECTIONS } from './work.ts';

export async function runSql(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** What a peer's business transactions use: node-postgres, as its readers' own code would. */
export function openPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  // A round ends by dropping its database, with whatever sits idle in a pool.
  pool.on('error', () => {});
  return pool;
}

export async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<unknown>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

export async function countOf(pool: Pool, sql: string): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(sql);
  return Number(rows[0]?.count ?? 0);
}
