import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type Backfill, runBackfill } from '../../../shared/platform/database/backfill.ts';
import { type Database, openDatabase } from '../../../shared/platform/database/database.ts';
import { plannerFunction } from '../../../shared/platform/database/migrations/row-level-security.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { oneRowEach } from './one-row-each.ts';

const PEOPLE = 25;

let fresh: FreshDatabase;
let outside: Client;
let worker: Database;
beforeAll(async () => {
  fresh = await freshDatabase();
  outside = new Client({ connectionString: fresh.superuserUrl });
  await outside.connect();
  for (let person = 0; person < PEOPLE; person += 1) await oneRowEach(outside);
  const owner = new Client({ connectionString: fresh.urls.owner });
  await owner.connect();
  for (const sql of MIGRATION) await owner.query(sql);
  await owner.end();
  worker = await openDatabase({
    url: fresh.urls.worker,
    applicationName: 'backfill',
    maxConnections: 2,
    queryTimeoutMs: 10_000,
    connectTimeoutMs: 5_000,
    tls: false,
  });
});
afterAll(async () => {
  await Promise.all([worker?.close(), outside?.end()]);
  await fresh?.drop();
});

/** What a migration brings along for its backfill: a place for the new value, and the right to fill it batch by batch. */
const MIGRATION = [
  `alter table journal add column word_count integer`,
  `create policy journal_backfill on journal for all to planner using (true)`,
  `grant select, update on journal to planner`,
  `create function backfill_word_count(after uuid, most integer) returns table (id uuid)
   language sql security definer set search_path = public, pg_temp as $$
     update journal set word_count = coalesce(word_count, 0) + 1
     where id in (select id from journal where after is null or id > after order by id limit most) returning id
   $$`,
  ...plannerFunction('backfill_word_count(uuid, integer)', 'app_worker'),
];

const wordCounts = (afterBatch: () => Promise<unknown> = async () => {}): Backfill => ({
  name: 'journal.word_count',
  async step(tx, cursor) {
    const changed = await tx.query<{ id: string }>('select id from backfill_word_count($1, 10)', [cursor]);
    await afterBatch();
    return changed.length < 10
      ? null
      : (changed
          .map(({ id }) => id)
          .sort()
          .at(-1) ?? null);
  },
});
const filled = async () => {
  const { rows } = await outside.query('select word_count, count(*)::int as n from journal group by 1 order by 1');
  return Object.fromEntries(rows.map((row) => [row.word_count, row.n]));
};

describe('a backfill of people’s rows', () => {
  it('loses nothing but the batch in which it is killed', async () => {
    let batches = 0;
    const killedInTheSecond = wordCounts(async () => {
      batches += 1;
      if (batches === 2)
        await outside.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'backfill'`,
        );
    });
    await expect(runBackfill(worker, killedInTheSecond)).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(await filled()).toEqual({ 1: 10, null: 15 });
  });

  it('goes on where it was and changes every row once, of whomever', async () => {
    expect(await runBackfill(worker, wordCounts())).toBe(2);
    expect(await filled()).toEqual({ 1: PEOPLE });
  });

  it('is finished once', async () => {
    expect(await runBackfill(worker, wordCounts())).toBe(0);
    expect(await filled()).toEqual({ 1: PEOPLE });
  });
});
