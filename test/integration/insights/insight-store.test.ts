import { beforeEach, describe, expect, it } from '@jest/globals';
import { insightsForget } from '../../../jobs/insights-forget/contract.ts';
import { insightsForgetHandler } from '../../../jobs/insights-forget/handler.ts';
import { type Finding, keyOf } from '../../../shared/insights/finding.ts';
import { deleteInsights, keepInsights, listInsights, setHidden } from '../../../shared/insights/index.ts';
import type { InsightId, UserId } from '../../../shared/platform/ids.ts';
import { newAccount } from '../../support/factories.ts';
import { longFound } from '../../support/long-found.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { runHandler } from '../../support/run-handler.ts';
import { sampleFinding } from '../../support/sample-findings.ts';

const database = ownDatabase();
const NOW = database.clock.now();
const later = (days: number) => NOW.add({ hours: 24 * days });
const sunday = sampleFinding({ direction: 'up' });
const friday = sampleFinding({ subject: { kind: 'weekday', weekday: 5 }, direction: 'up' });
const falling = sampleFinding({ subject: { kind: 'trend' } });
const afterJournals = sampleFinding({ subject: { kind: 'activity', activity: 'journal', toolId: null }, q: 0.02 });

/** Somebody about whom all runs have long found whatever there is. */
async function newPerson(): Promise<UserId> {
  const userId = await newAccount(database.api);
  await longFound(database.look, userId, [sunday, friday, falling, afterJournals].map(keyOf));
  return userId;
}

let person: UserId;
beforeEach(async () => {
  person = await newPerson();
});

const keep = (findings: readonly Finding[], now = NOW, computedAt = now): Promise<InsightId[]> =>
  database.worker.transaction({ userId: person }, (tx) => keepInsights(tx, person, findings, { computedAt, now }));
const shown = async (hidden = false) => {
  const rows = await database.as(person, (tx) => listInsights(tx, person, { hidden, after: undefined, limit: 100 }));
  return rows.map(keyOf).sort();
};
const drop = (id?: InsightId, now = NOW) => database.as(person, (tx) => deleteInsights(tx, person, now, id));
const rows = () => database.look('select * from insight where user_id = $1 order by key', [person]);

describe('what a run found', () => {
  it('is what is on show, until a run no longer finds it', async () => {
    const [first] = await keep([sunday, friday]);
    expect(await shown()).toEqual(['weekday/5/up', 'weekday/7/up']);
    expect(await keep([{ ...sunday, p: 0.002 }], later(1))).toEqual([]);
    expect(await shown()).toEqual(['weekday/7/up']);
    expect(await keep([sunday, friday], later(2))).toEqual([]);
    expect((await rows()).map(({ id }) => id)).toContain(first);
    for (const day of [3, 10, 17]) await keep([sunday, friday], later(day));
    expect(await shown()).toEqual(['weekday/5/up', 'weekday/7/up']);
    await keep([], later(18));
    expect(await shown()).toEqual([]);
  });

  it('has the numbers of the last run', async () => {
    await keep([sunday]);
    await keep([{ ...sunday, counts: { count: 9, of: 12, comparedWith: null } }], later(1));
    expect(await rows()).toMatchObject([
      {
        finding: { counts: { count: 9, of: 12 } },
        created_at: new Date(NOW.epochMilliseconds),
        updated_at: new Date(later(1).epochMilliseconds),
      },
    ]);
  });

  it('gives way to nothing that was computed before it', async () => {
    await keep([sunday], later(1));
    expect(await keep([friday], later(1), NOW)).toEqual([]);
    expect(await shown()).toEqual(['weekday/7/up']);
  });

  it('is announced once in thirty days, however often it comes and goes', async () => {
    const announced: number[] = [];
    for (let day = 0; day < 100; day += 1)
      if ((await keep(day % 16 === 15 ? [] : [sunday], later(day))).length > 0) announced.push(day);
    expect(announced).toEqual([0, 30, 62, 94]);
  });

  it('is told once runs have found it for two weeks without a break', async () => {
    const told: number[] = [];
    await keep([]);
    for (let day = 1; day <= 22; day += 1) {
      await keep(day === 7 ? [] : [sunday], later(day));
      if ((await shown()).length > 0) told.push(day);
    }
    expect(told).toEqual([22]);
  });

  it('of the same person by many at once is stored once, and announced once', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => keep([sunday, friday])));
    expect(ids.flat()).toHaveLength(2);
    expect(await rows()).toHaveLength(2);
  });

  it('goes with the account, all of it', async () => {
    await keep([sunday, falling]);
    await drop();
    await keep([friday], later(1));
    await database.look('delete from account where id = $1', [person]);
    for (const table of ['insight', 'insight_tombstone', 'insight_run'])
      expect(await database.look(`select from ${table} where user_id = $1`, [person])).toEqual([]);
  });

  it('of an account that is gone is nothing', async () => {
    await database.look('delete from account where id = $1', [person]);
    expect(await keep([sunday])).toEqual([]);
  });
});

describe('of worsening', () => {
  it('one thing is told in seven days, by however many runs at once', async () => {
    const found = [[falling, afterJournals], [afterJournals], [falling], [falling, afterJournals]];
    await Promise.all([...found, ...found].map((findings) => keep(findings)));
    expect(await rows()).toHaveLength(1);
    expect((await rows())[0]).toMatchObject({ announced_at: null });
  });

  it('the next one comes a week later, whatever became of the first', async () => {
    expect(await keep([falling, afterJournals])).toEqual([]);
    expect(await shown()).toEqual(['level/down']);
    await drop();
    await keep([falling, afterJournals], later(6));
    expect(await shown()).toEqual([]);
    await keep([falling, afterJournals], later(7));
    expect(await shown()).toEqual(['activity/journal/down']);
  });

  it('hiding the first lets no second in', async () => {
    await keep([falling]);
    const [row] = await rows();
    await database.as(person, (tx) => setHidden(tx, person, row?.['id'], NOW));
    await keep([falling, afterJournals], later(1));
    expect([await shown(), await shown(true)]).toEqual([[], ['level/down']]);
  });
});

describe('deleting', () => {
  it('leaves the user, the key and the time', async () => {
    const [id] = await keep([sunday, friday]);
    expect(await drop(id)).toBe(1);
    const left = await database.look('select * from insight_tombstone where user_id = $1', [person]);
    expect(left).toEqual([
      { user_id: person, key: expect.stringMatching(/^weekday/), deleted_at: new Date(NOW.epochMilliseconds) },
    ]);
    expect(await drop(id)).toBe(0);
    expect(await rows()).toHaveLength(1);
  });

  it('keeps the same from being found for ninety days', async () => {
    await keep([sunday]);
    await drop();
    await keep([sunday, friday], later(70));
    await keep([sunday, friday], later(89));
    expect(await shown()).toEqual(['weekday/5/up']);
    expect(await keep([sunday], later(90))).toHaveLength(1);
    await drop(undefined, later(91));
    expect(await keep([sunday], later(180))).toEqual([]);
  });

  it('takes the hidden and the ended ones too', async () => {
    const [id] = await keep([sunday, friday]);
    await database.as(person, (tx) => setHidden(tx, person, id as InsightId, NOW));
    await keep([sunday], later(1));
    expect(await drop()).toBe(2);
    expect(await rows()).toEqual([]);
  });

  it('is not undone by a run of the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      person = await newPerson();
      await keep([sunday]);
      await Promise.all([keep([sunday], later(1)), drop(), keep([sunday], later(1))]);
      expect(await shown()).toEqual([]);
    }
  });
});

describe('who may what', () => {
  it.each([
    [
      'api',
      `insert into insight (id, user_id, key, version, finding, created_at, updated_at) select uuidv7(), user_id, 'x', 1, '{}', now(), now() from insight`,
    ],
    ['api', `update insight set finding = '{}'`],
    ['api', 'select from insight_run'],
    ['worker', 'delete from insight'],
    ['worker', 'delete from insight_tombstone'],
  ] as const)('the %s may not `%s`', async (role, sql) => {
    await keep([sunday]);
    const attempt = database[role].transaction({ userId: person }, (tx) => tx.query(sql));
    await expect(attempt).rejects.toMatchObject({ code: '42501' });
  });

  it('nobody sees another’s', async () => {
    await keep([sunday]);
    const ben = await newAccount(database.api);
    const [row] = await rows();
    await database.as(ben, async (tx) => {
      expect(await listInsights(tx, person, { hidden: true, after: undefined, limit: 10 })).toEqual([]);
      expect(await deleteInsights(tx, person, NOW)).toBe(0);
      expect(await setHidden(tx, ben, row?.['id'], NOW)).toBe(false);
    });
    expect(await shown()).toHaveLength(1);
  });
});

describe('forgetting', () => {
  it('takes what no run found and what was deleted ninety days ago, of everybody, and nothing else', async () => {
    const at = (days: number) => NOW.subtract({ hours: 24 * days });
    await keep([sunday, friday], at(91));
    await drop((await rows()).find(({ key }) => key === keyOf(sunday))?.['id'], at(90));
    await keep([friday], at(90));
    const ben = person;
    person = await newPerson();
    await keep([sunday, friday], at(89));
    await drop((await rows())[0]?.['id'], at(89));
    const run = () => runHandler(database.worker, insightsForget, insightsForgetHandler, {}, { clock: database.clock });
    expect(await run()).toEqual({ forgotten: 2 });
    expect(await run()).toEqual({ forgotten: 0 });
    expect(await rows()).toHaveLength(1);
    expect(await database.look('select from insight_tombstone where user_id = $1', [person])).toHaveLength(1);
    expect(await database.look('select from insight where user_id = $1', [ben])).toEqual([]);
  });
});
