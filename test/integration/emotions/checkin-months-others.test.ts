import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emotionRoutes } from '../../../api/routes/emotions/index.ts';
import { recordCheckin } from '../../../shared/emotions/index.ts';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import { type Person, type ServedApi, serveRoutes } from '../../support/api/served.ts';
import { until } from '../../support/until.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveRoutes(emotionRoutes);
});
afterAll(() => api.close());

const felt = (occurredAt: string) => ({ emotionTypeId: 1, intensity: 5, occurredAt, timeZone: 'Europe/Madrid' });
const record = (person: Person, occurredAt: string) => person.send('POST', '/v1/emotions', { body: felt(occurredAt) });
const list = async (person: Person) => {
  const { status, body } = await person.send('GET', '/v1/emotions?limit=10');
  return {
    status,
    times: (body['items'] as { occurredAt: string }[] | undefined)?.map(({ occurredAt }) => occurredAt),
  };
};

const partitions = async (tx: Pick<Transaction, 'query'>): Promise<number> => {
  const [row] = await tx.query<{ n: number }>(
    `select count(*)::int as n from pg_inherits where inhparent = 'checkin'::regclass`,
  );
  return row?.n ?? 0;
};

/** Records in a transaction that stays open until `commit`; `made` are the partitions that took. */
async function recordAndHold(person: Person, occurredAt: string) {
  const { database, userKeys, clock } = api.deps;
  const cipher = await userKeys.cipherOf(person.id);
  const recorded = Promise.withResolvers<number>();
  const held = Promise.withResolvers<void>();
  const committed = database.transaction({ userId: person.id }, async (tx) => {
    const before = await partitions(tx);
    const checkin = { ...felt(occurredAt), occurredAt: Temporal.Instant.from(occurredAt) };
    await recordCheckin(tx, person.id, cipher, checkin, clock.now());
    recorded.resolve((await partitions(tx)) - before);
    await held.promise;
  });
  committed.catch(recorded.reject);
  const commit = () => {
    held.resolve();
    return committed;
  };
  return { made: await recorded.promise, commit };
}

const somebodyWaits = async () =>
  (
    await api.worker.query(
      'select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())',
    )
  ).length > 0;

describe('while a month of somebody is being made', () => {
  it('another one of somebody else can be too: both are recorded', async () => {
    const [anna, ben] = [await api.person(), await api.person()];
    const { made, commit } = await recordAndHold(anna, '2021-08-15T12:00:00.000Z');
    let isAnswered = false;
    const answer = record(ben, '2022-09-15T12:00:00.000Z').finally(() => {
      isAnswered = true;
    });
    await until('the other one waits or is through', async () => isAnswered || (await somebodyWaits())).finally(commit);
    expect([made, (await answer).status]).toEqual([1, 201]);
    expect(await list(anna)).toEqual({ status: 200, times: ['2021-08-15T12:00:00.000Z'] });
    expect(await list(ben)).toEqual({ status: 200, times: ['2022-09-15T12:00:00.000Z'] });
  });

  it('many others of as many people can be too', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => api.person()));
    const times = people.map((_, at) => `2023-0${at + 1}-15T12:00:00.000Z`);
    const answers = await Promise.all(people.map((person, at) => record(person, times[at] ?? '')));
    expect(answers.map(({ status }) => status)).toEqual(people.map(() => 201));
    expect((await Promise.all(people.map(list))).flatMap((listed) => listed.times)).toEqual(times);
  });

  it('others go on reading and recording', async () => {
    const [anna, ben] = [await api.person(), await api.person()];
    // The API's clock stands at the end of a month that may itself have to be made.
    await record(ben, '2026-03-28T07:30:00.000Z');
    const { made, commit } = await recordAndHold(anna, '2024-05-15T12:00:00.000Z');
    try {
      expect(made).toBe(1);
      expect(await list(ben)).toEqual({ status: 200, times: ['2026-03-28T07:30:00.000Z'] });
      expect((await record(ben, '2026-03-29T07:30:00.000Z')).status).toBe(201);
      expect((await list(ben)).times).toEqual(['2026-03-29T07:30:00.000Z', '2026-03-28T07:30:00.000Z']);
      expect((await list(anna)).times).toEqual([]);
    } finally {
      await commit();
    }
    expect((await list(anna)).times).toEqual(['2024-05-15T12:00:00.000Z']);
  });
});
