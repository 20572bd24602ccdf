import { describe, expect, it } from '@jest/globals';
import { failJob } from '../../../shared/ledger/fail.ts';
import { finishJob } from '../../../shared/ledger/finish.ts';
import { dropOldPartitions, ensurePartitions, PARTITIONS_AHEAD_DAYS } from '../../../shared/ledger/retention.ts';
import { testContract } from '../../support/test-jobs.ts';
import { ledgerFixture } from './ledger-fixture.ts';

const ledger = ledgerFixture();
const plain = testContract('plain');

const today = () => Temporal.Now.plainDateISO('UTC');
const nameOf = (table: string, day: Temporal.PlainDate) => `${table}_${day.toString().replaceAll('-', '')}`;
const partitions = async (): Promise<string[]> => {
  const { rows } = await ledger.outside.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent in ('job_done'::regclass, 'job_attempt'::regclass)`,
  );
  return rows.map(({ name }) => name).filter((name) => /\d{8}$/.test(name));
};
/** A day partition as it was made so long ago, with one job finished in it. */
const oldDay = async (daysAgo: number) => {
  const day = today().subtract({ days: daysAgo });
  for (const table of ['job_done', 'job_attempt']) {
    await ledger.outside.query(
      `create table ${nameOf(table, day)} partition of ${table} for values from ('${day}') to ('${day.add({ days: 1 })}')`,
    );
    await ledger.outside.query(`alter table ${nameOf(table, day)} owner to owner`);
  }
  await ledger.outside.query(
    `insert into job_done (id, kind, version, pool, lane, payload, attempts, crashes, outcome, created_at, finished_at)
     values (gen_random_uuid(), 'old', 1, 'streaks', 2, '{}', 1, 0, 'done', $1, $1)`,
    [`${day}T12:00:00Z`],
  );
  return day;
};

describe('retention', () => {
  it('has a partition for today and each of the days ahead, and makes none twice', async () => {
    await Promise.all([ensurePartitions(ledger.database), ensurePartitions(ledger.database)]);
    const names = await partitions();
    for (let ahead = 0; ahead <= PARTITIONS_AHEAD_DAYS; ahead += 1) {
      expect(names).toContain(nameOf('job_done', today().add({ days: ahead })));
      expect(names).toContain(nameOf('job_attempt', today().add({ days: ahead })));
    }
  });

  it('drops whole days past the limit and keeps the others', async () => {
    const old = await oldDay(40);
    const young = await oldDay(20);
    const dropped = await dropOldPartitions(ledger.database, 30);
    expect(dropped.sort()).toEqual([nameOf('job_attempt', old), nameOf('job_done', old)]);
    expect(await partitions()).toContain(nameOf('job_done', young));
  });

  it('never takes a job due in 60 days, a dead letter or a running job', async () => {
    const later = await ledger.add(plain, { key: 'later' }, Temporal.Now.instant().add({ hours: 60 * 24 }));
    const dead = await ledger.addClaimed(plain, { key: 'dead' });
    await failJob(ledger.database, dead, { state: 'dead', code: 'broken', errorClass: 'permanent' }, 1);
    const running = await ledger.addClaimed(plain, { key: 'running' });
    await ledger.outside.query(`update job set created_at = created_at - interval '1 year'`);
    await oldDay(60);
    await dropOldPartitions(ledger.database, 1);
    expect((await ledger.rows()).map(({ id, state }) => ({ id, state }))).toEqual([
      { id: later, state: 'pending' },
      { id: dead.id, state: 'dead' },
      { id: running.id, state: 'running' },
    ]);
  });

  it('puts a finished job into the partition of its day, even where upkeep has not run for long', async () => {
    const job = await ledger.addClaimed(plain, { key: 'a' });
    await ledger.database.transaction({ userId: null }, async (tx) =>
      finishJob(tx, job, null, { waitMs: 0, runMs: 0 }),
    );
    const { rows } = await ledger.outside.query('select tableoid::regclass::text as name from job_done where id = $1', [
      job.id,
    ]);
    expect(rows).toEqual([{ name: nameOf('job_done', today()) }]);
    await ledger.outside.query(
      `insert into job_done (id, kind, version, pool, lane, payload, attempts, crashes, outcome, created_at, finished_at)
       values (gen_random_uuid(), 'far', 1, 'streaks', 2, '{}', 1, 0, 'done', now(), now() + interval '1 year')`,
    );
    expect((await ledger.outside.query('select from job_done_rest')).rowCount).toBe(1);
  });

  it('makes a day whose jobs have gone into the rest before its partition was there', async () => {
    const day = today().add({ days: PARTITIONS_AHEAD_DAYS });
    for (const table of ['job_done', 'job_attempt']) await ledger.outside.query(`drop table ${nameOf(table, day)}`);
    await ledger.outside.query(
      `insert into job_done (id, kind, version, pool, lane, payload, attempts, crashes, outcome, created_at, finished_at)
       values (gen_random_uuid(), 'early', 1, 'streaks', 2, '{}', 1, 0, 'done', now(), $1)`,
      [`${day}T12:00:00Z`],
    );
    await ensurePartitions(ledger.database);
    expect(await partitions()).toContain(nameOf('job_done', day));
    expect((await ledger.outside.query(`select kind from ${nameOf('job_done', day)}`)).rows).toEqual([
      { kind: 'early' },
    ]);
  });

  it('forgets what lay in the rest for longer than the limit', async () => {
    await ledger.outside.query(
      `insert into job_done (id, kind, version, pool, lane, payload, attempts, crashes, outcome, created_at, finished_at)
       values (gen_random_uuid(), 'stray', 1, 'streaks', 2, '{}', 1, 0, 'done', now(), now() - interval '90 days')`,
    );
    await dropOldPartitions(ledger.database, 30);
    expect((await ledger.outside.query('select from job_done_rest')).rowCount).toBe(0);
  });
});
