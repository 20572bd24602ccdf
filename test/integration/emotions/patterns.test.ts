import { describe, expect, it } from '@jest/globals';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { trendsRecomputeHandler } from '../../../jobs/trends-recompute/handler.ts';
import { manualClock } from '../../../shared/platform/clock.ts';
import type { Person } from '../../support/api/served.ts';
import { usualPatternPolicy } from '../../support/pattern-policy.ts';
import { runHandler } from '../../support/run-handler.ts';
import { emotionsApi, feeling } from './emotions-api.ts';

const api = emotionsApi();
const handler = trendsRecomputeHandler(usualPatternPolicy);
const TOOL = '0190f5a0-0000-7000-8000-000000000001';

const ask = (person: Person, window: unknown, headers: Record<string, string> = {}) =>
  person.send('POST', '/v1/emotions/patterns', { body: { window }, headers });
const recompute = (person: Person, clock = api.clock) =>
  runHandler(api.worker, trendsRecompute, handler, { userId: person.id, asked: true }, { clock });

type Felt = { ago: number; hour: number; intensity: number; emotionTypeId?: number; relatedToolId?: string };

/** So many days ago, at that hour of the wall clock in Madrid. */
async function feel(person: Person, felt: readonly Felt[]) {
  for (let from = 0; from < felt.length; from += 500) {
    const items = felt.slice(from, from + 500).map(({ ago, hour, ...rest }, i) => ({
      ...feeling,
      ...rest,
      clientId: `${from + i}`,
      occurredAt: Temporal.PlainDate.from('2026-03-29')
        .subtract({ days: ago })
        .toZonedDateTime({ timeZone: 'Europe/Madrid', plainTime: { hour } })
        .toInstant()
        .toString(),
    }));
    const { status } = await person.send('POST', '/v1/emotions/batch', { body: { items } });
    expect(status).toBe(200);
  }
}
const daily = (days: number, intensity: (ago: number) => number): Felt[] =>
  Array.from({ length: days }, (_, ago) => ({ ago, hour: 9, intensity: intensity(ago) }));

type AudioStatus = 'pending' | 'validating' | 'valid' | 'expired';

/** A journal so many days ago at that hour in Madrid, as rows: how one is recorded is not what is tested here. */
const journal = (person: Person, ago: number, hour: number, status: AudioStatus = 'valid') =>
  api.rowsOf(
    person,
    `with recorded as (
       insert into journal (id, user_id, recorded_at, time_zone, local_date, duration_seconds, created_at, updated_at)
       values (gen_random_uuid(), '${person.id}', timestamp '2026-03-29 ${hour}:00' at time zone 'Europe/Madrid' - interval '${ago} days',
               'Europe/Madrid', date '2026-03-29' - ${ago}, 60, now(), now())
       returning id, user_id
     )
     insert into audio_metadata (journal_id, user_id, object_key, format, sample_rate, bit_rate, channels, file_size, checksum,
                                 envelope_version, algorithm, iv, key_id, status, created_at)
     select id, user_id, id, 'mp3', 44100, 64000, 1, 1000, '', 1, 'AES-256-GCM', '', '', '${status}', now() from recorded`,
  );

describe('patterns', () => {
  it('are computed when first asked for, and answered at once from then on', async () => {
    const anna = await api.person();
    await feel(
      anna,
      daily(84, (ago) => (ago % 7 === 0 ? 1 : 6 + (ago % 4))),
    );
    const asked = await ask(anna, 90);
    expect([asked.status, asked.headers.get('location')]).toEqual([202, `/v1/jobs/${asked.body['jobId']}`]);
    await recompute(anna);
    const { status, body } = await ask(anna, 90);
    expect(status).toBe(200);
    // 29 March 2026 is a Sunday.
    expect(body).toMatchObject({
      n: 84,
      days: 84,
      seed: 1,
      weekday: { tier: 'clear', standsOut: { group: 7, direction: 'below', count: 12, of: 12 } },
      partOfDay: { insufficient: { have: 0, need: 8, unit: 'values' } },
    });
  });

  it.each([7, 30, 90, 365, 'all'])('are kept for the window %s', async (window) => {
    const anna = await api.person();
    await recompute(anna);
    expect((await ask(anna, window)).body).toMatchObject({
      n: 0,
      weekday: { insufficient: { have: 0, need: 5, unit: 'weeks' } },
      activities: [{ kind: 'journal', comparison: { insufficient: { have: 0, need: 6, unit: 'pairs' } } }],
      shift: { insufficient: { have: 0, need: 20, unit: 'days' } },
    });
  });

  it('tell parts of the day by the wall clock', async () => {
    const anna = await api.person();
    const upToYesterday = daily(29, (ago) => 8 + (ago % 2)).slice(1);
    await feel(anna, [...daily(28, () => 3), ...upToYesterday.map((felt) => ({ ...felt, hour: 21 }))]);
    await recompute(anna);
    expect((await ask(anna, 30)).body).toMatchObject({
      partOfDay: {
        groups: [
          { group: 'morning', n: 28 },
          { group: 'evening', n: 28 },
        ],
        tier: 'clear',
      },
    });
  });

  it('compare what follows journals and tools with similar times without them', async () => {
    const anna = await api.person();
    const sad = { emotionTypeId: 12, intensity: 8 };
    const days = Array.from({ length: 24 }, (_, i) => i + 1);
    await feel(
      anna,
      days.flatMap((ago): Felt[] => [
        { ago, hour: 9, ...sad },
        ago % 2
          ? {
              ago,
              hour: 12,
              emotionTypeId: 1,
              intensity: 4 + (ago % 3),
              ...(ago % 4 === 1 ? { relatedToolId: TOOL } : {}),
            }
          : { ago, hour: 12, emotionTypeId: 12, intensity: 5 + (ago % 3) },
      ]),
    );
    for (const ago of days) if (ago % 4 === 3) await journal(anna, ago, 10);
    await recompute(anna);
    const { body } = await ask(anna, 30);
    expect(body['activities']).toMatchObject([
      { kind: 'journal', toolId: null, comparison: { pairs: 6, better: 6, worse: 0, before: -8, tier: 'early' } },
      { kind: 'tool', toolId: TOOL, comparison: { pairs: 6, better: 6, tier: 'early' } },
    ]);
  });

  it('are no longer current once a check-in or a journal is recorded, or a day has passed', async () => {
    const anna = await api.person();
    await recompute(anna);
    expect((await ask(anna, 7)).status).toBe(200);
    await anna.send('POST', '/v1/emotions', { body: feeling });
    expect((await ask(anna, 7)).status).toBe(202);
    await recompute(anna);
    expect((await ask(anna, 7)).status).toBe(200);
    await journal(anna, 1, 9);
    expect((await ask(anna, 7)).status).toBe(202);
    await recompute(anna);
    expect((await ask(anna, 7)).status).toBe(200);
    await recompute(anna, manualClock('2026-03-30T08:00:00Z'));
    expect((await ask(anna, 7)).status).toBe(202);
  });

  it('are no longer current once one journal has taken the place of another, or is restored', async () => {
    const anna = await api.person();
    const change = (sql: string) => api.rowsOf(anna, sql);
    await journal(anna, 1, 9);
    await recompute(anna);
    expect((await ask(anna, 7)).status).toBe(200);
    await change("update journal set deleted_at = '2026-03-29T07:00:00Z'");
    await journal(anna, 2, 9);
    expect((await ask(anna, 7)).status).toBe(202);
    await recompute(anna);
    expect((await ask(anna, 7)).status).toBe(200);
    await change('update journal set deleted_at = case when deleted_at is null then recorded_at end');
    expect((await ask(anna, 7)).status).toBe(202);
  });

  it('know a journal once its recording is found whole', async () => {
    const anna = await api.person();
    await journal(anna, 1, 9, 'pending');
    await journal(anna, 2, 9, 'expired');
    await recompute(anna);
    expect((await ask(anna, 7)).status).toBe(200);
    await journal(anna, 3, 9, 'validating');
    expect((await ask(anna, 7)).status).toBe(200);
    await api.rowsOf(anna, "update audio_metadata set status = 'valid' where status = 'validating'");
    expect((await ask(anna, 7)).status).toBe(202);
  });

  it('rest on journals whose recording is whole alone', async () => {
    const anna = await api.person();
    const days = Array.from({ length: 24 }, (_, i) => i + 1);
    await feel(
      anna,
      days.flatMap((ago): Felt[] => [
        { ago, hour: 9, emotionTypeId: 12, intensity: 8 },
        { ago, hour: 12, emotionTypeId: 1, intensity: ago % 4 === 3 ? 4 + (ago % 3) : 1 },
      ]),
    );
    for (const ago of days) if (ago % 2) await journal(anna, ago, 10, ago % 4 === 1 ? 'pending' : 'valid');
    await recompute(anna);
    const { body } = await ask(anna, 30);
    expect(body['activities']).toMatchObject([{ kind: 'journal', comparison: { pairs: 6 } }]);
  });

  it('are told by the policy the job was given', async () => {
    const anna = await api.person();
    await feel(
      anna,
      daily(84, (ago) => (ago % 7 === 0 ? 1 : 6 + (ago % 4))),
    );
    const policy = { falseDiscoveryRate: 0.05, epsilonSquared: 1, points: 20 };
    const strict = trendsRecomputeHandler(policy);
    await runHandler(api.worker, trendsRecompute, strict, { userId: anna.id, asked: true }, { clock: api.clock });
    expect((await ask(anna, 90)).body).toMatchObject({
      run: policy,
      weekday: { tier: 'not_enough', standsOut: null },
    });
  });

  it('come from the same job as trends', async () => {
    const anna = await api.person();
    const { body } = await ask(anna, 7);
    const { body: trends } = await anna.send('POST', '/v1/emotions/trends', { body: { window: 7 } });
    expect(trends['jobId']).toBe(body['jobId']);
  });

  it('can be waited for', async () => {
    const anna = await api.person();
    const waited = ask(anna, 7, { Prefer: 'wait=10' });
    await recompute(anna);
    const { status, body } = await api.answeredMeanwhile(anna, waited);
    expect([status, body['n']]).toEqual([200, 0]);
  });

  it('rest on nobody else’s check-ins and journals', async () => {
    const [anna, ben] = [await api.person(), await api.person()];
    await feel(
      anna,
      daily(10, () => 5),
    );
    await journal(anna, 2, 9);
    await recompute(ben);
    expect((await ask(ben, 'all')).body).toMatchObject({ n: 0, activities: [{ kind: 'journal' }] });
  });

  it.each([14, '7', 0, null])('know no window %p', async (window) => {
    const anna = await api.person();
    expect((await ask(anna, window)).status).toBe(400);
  });
});

describe('the distribution', () => {
  const look = (person: Person, query = '') => person.send('GET', `/v1/emotions/distribution${query}`);

  it('counts by feeling, category, weekday and part of the day, at once', async () => {
    const anna = await api.person();
    await feel(anna, [
      { ago: 0, hour: 9, intensity: 8 },
      { ago: 0, hour: 9, intensity: 9, emotionTypeId: 2 },
      { ago: 1, hour: 23, intensity: 4, emotionTypeId: 12 },
      { ago: 40, hour: 13, intensity: 6, emotionTypeId: 12 },
    ]);
    const { status, body } = await look(anna, '?window=30');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      window: { from: '2026-02-28', to: '2026-03-29', timeZone: 'Europe/Madrid' },
      n: 3,
      types: [
        { emotionTypeId: 1, name: 'joy', category: 'pleasant', n: 1, share: 1 / 3, medianIntensity: 8 },
        { emotionTypeId: 2, name: 'calm', n: 1 },
        { emotionTypeId: 12, name: 'sadness', n: 1, medianIntensity: 4 },
      ],
      categories: [
        { category: 'pleasant', n: 2 },
        { category: 'unpleasant', n: 1 },
      ],
    });
    expect(body['weekdays']).toMatchObject([{ n: 0 }, { n: 0 }, { n: 0 }, { n: 0 }, { n: 0 }, { n: 1 }, { n: 2 }]);
    expect(body['partsOfDay']).toMatchObject([{ n: 2 }, { n: 0 }, { n: 0 }, { partOfDay: 'night', n: 1 }]);
    expect((await look(anna)).body).toMatchObject({ n: 4 });
    expect((await look(anna, '?window=all')).body).toMatchObject({ n: 4, window: { from: '2026-02-17' } });
  });

  it('is there for an empty history, and only one’s own', async () => {
    const [anna, ben] = [await api.person(), await api.person()];
    await feel(
      anna,
      daily(3, () => 5),
    );
    expect((await look(ben, '?window=7')).body).toMatchObject({ n: 0, types: [], weekdays: { length: 7 } });
  });

  it.each(['14', '07', 'ALL', ''])('knows no window %p', async (window) => {
    const anna = await api.person();
    expect((await look(anna, `?window=${window}`)).status).toBe(400);
  });
});
