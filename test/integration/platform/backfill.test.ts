import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Backfill, runBackfill } from '../../../shared/platform/database/backfill.ts';
import type { Database } from '../../../shared/platform/database/database.ts';
import { type FreshDatabase, freshDatabase, openTestDatabase } from '../../support/database.ts';

describe('a backfill', () => {
  let fresh: FreshDatabase;
  let database: Database;
  beforeAll(async () => {
    fresh = await freshDatabase();
    database = await openTestDatabase(fresh.urls.owner);
    await database.query('create table letter (id int primary key, upper text)');
  });
  afterAll(async () => {
    await database.close();
    await fresh.drop();
  });
  beforeEach(async () => {
    await database.query('truncate letter, backfill');
    await database.query('insert into letter select generate_series(1, 25)');
  });

  /** Ten rows a batch. */
  const fill = (before: (cursor: string | null) => void = () => {}): Backfill => ({
    name: 'letter.upper',
    async step(tx, cursor) {
      const filled = await tx.query<{ id: number }>(
        `update letter set upper = coalesce(upper, '') || 'X' where id in (
           select id from letter where id > $1::int order by id limit 10) returning id`,
        [cursor ?? '0'],
      );
      before(cursor);
      return filled.length < 10 ? null : String(Math.max(...filled.map(({ id }) => id)));
    },
  });
  const wrong = async () => (await database.query("select id from letter where upper is distinct from 'X'")).length;

  it('changes every row once, batch by batch', async () => {
    expect(await runBackfill(database, fill())).toBe(3);
    expect(await wrong()).toBe(0);
  });

  it('does nothing once it is finished', async () => {
    await runBackfill(database, fill());
    expect(await runBackfill(database, fill())).toBe(0);
    expect(await wrong()).toBe(0);
  });

  it('goes on where it was stopped, and the batch that failed has left nothing', async () => {
    const failing = fill((cursor) => {
      if (cursor === '10') throw new Error('killed');
    });
    await expect(runBackfill(database, failing)).rejects.toThrow('killed');
    expect(await wrong()).toBe(15);
    expect(await runBackfill(database, fill())).toBe(2);
    expect(await wrong()).toBe(0);
  });

  it('is stopped between two batches by its signal', async () => {
    const controller = new AbortController();
    await expect(
      runBackfill(
        database,
        fill(() => controller.abort()),
        controller.signal,
      ),
    ).rejects.toThrow();
    expect(await wrong()).toBe(15);
  });

  it('may be started by two at once', async () => {
    const batches = await Promise.all([runBackfill(database, fill()), runBackfill(database, fill())]);
    expect(batches[0] + batches[1]).toBe(3);
    expect(await wrong()).toBe(0);
  });
});
