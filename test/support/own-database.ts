import { afterAll, beforeAll } from '@jest/globals';
import { Client } from 'pg';
import { manualClock } from '../../shared/platform/clock.ts';
import type { Database, Transaction } from '../../shared/platform/database/database.ts';
import type { UserId } from '../../shared/platform/ids.ts';
import { freshDatabase, openTestDatabase } from './database.ts';

/** A database of the test file's own, as the api and the workers see it. The fields are there once `beforeAll` has run. */
export function ownDatabase(now = '2026-11-21T10:00:00Z') {
  let api: Database;
  let worker: Database;
  let outside: Client;
  let drop = async (): Promise<void> => {};

  beforeAll(async () => {
    const fresh = await freshDatabase();
    drop = fresh.drop;
    [api, worker] = await Promise.all([openTestDatabase(fresh.urls.api), openTestDatabase(fresh.urls.worker)]);
    outside = new Client({ connectionString: fresh.superuserUrl });
    await outside.connect();
  });
  afterAll(async () => {
    await Promise.all([api?.close(), worker?.close(), outside?.end()]);
    await drop();
  });

  return {
    clock: manualClock(now),
    get api() {
      return api;
    },
    get worker() {
      return worker;
    },
    /** In the api's role, as that user. */
    as: <Result>(userId: UserId, work: (tx: Transaction) => Promise<Result>) => api.transaction({ userId }, work),
    /** Past row-level security: what is really there. */
    look: async (sql: string, values: unknown[] = []) => (await outside.query(sql, values)).rows,
  };
}
