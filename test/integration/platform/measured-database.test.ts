import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../../shared/platform/database/database.ts';
import { measured } from '../../../shared/platform/database/measured.ts';
import { createMetrics } from '../../../shared/platform/telemetry/metrics.ts';
import { type FreshDatabase, freshDatabase, openTestDatabase } from '../../support/database.ts';

const metrics = createMetrics();
let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  database = measured(await openTestDatabase(fresh.urls.api), metrics);
});
afterAll(async () => {
  await database?.close();
  await fresh?.drop();
});

const inUse = async () => (await metrics.dbPoolInUse.get()).values[0]?.value;
const timed = async (kind: string) =>
  (await metrics.dbQuerySeconds.get()).values.find(
    ({ metricName, labels }) => metricName === 'amira_db_query_seconds_count' && labels.kind === kind,
  )?.value ?? 0;

describe('the metrics of a database', () => {
  it('tell how many connections there may be and how many are in use', async () => {
    expect((await metrics.dbPoolMax.get()).values[0]?.value).toBe(8);
    const during = await database.transaction({ userId: null }, () =>
      database.transaction({ userId: null }, async () => inUse()),
    );
    expect([during, await inUse()]).toEqual([2, 0]);
  });

  it('give up the connection of a transaction that failed', async () => {
    await expect(database.transaction({ userId: null }, (tx) => tx.query('select 1/0'))).rejects.toThrow();
    expect(await inUse()).toBe(0);
  });

  it('time each statement that stands alone, and a transaction as one, whatever came of it', async () => {
    const before = [await timed('statement'), await timed('transaction')];
    await database.query('select 1');
    await expect(database.query('select 1/0')).rejects.toThrow();
    await database.transaction({ userId: null }, async (tx) => {
      await tx.query('select 1');
      await tx.query('select 2');
    });
    const after = [await timed('statement'), await timed('transaction')];
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([2, 1]);
  });
});
