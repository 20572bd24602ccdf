import { describe, expect, it } from '@jest/globals';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { trendsRecomputeHandler } from '../../../jobs/trends-recompute/handler.ts';
import { manualClock } from '../../../shared/platform/clock.ts';
import type { Person } from '../../support/api/served.ts';
import { newConsent } from '../../support/factories.ts';
import { usualPatternPolicy } from '../../support/pattern-policy.ts';
import { runHandler } from '../../support/run-handler.ts';
import { emotionsApi, feeling } from './emotions-api.ts';

const api = emotionsApi();
const handler = trendsRecomputeHandler(usualPatternPolicy);

const ask = (person: Person, window: unknown, headers: Record<string, string> = {}) =>
  person.send('POST', '/v1/emotions/trends', { body: { window }, headers });
const recompute = (person: Person, clock = api.clock) =>
  runHandler(api.worker, trendsRecompute, handler, { userId: person.id, asked: true }, { clock });
/** What follows from a check-in, without anybody having asked. */
const prepare = (person: Person) =>
  runHandler(api.worker, trendsRecompute, handler, { userId: person.id }, { clock: api.clock });
const feel = (person: Person, over: Record<string, unknown> = {}) =>
  person.send('POST', '/v1/emotions', { body: { ...feeling, ...over } });

/** One check-in a day for `days` days up to today, each as intense as its number says. */
const feelDaily = (person: Person, days: number, intensity: (day: number) => number) =>
  person.send('POST', '/v1/emotions/batch', {
    body: {
      items: Array.from({ length: days }, (_, ago) => ({
        ...feeling,
        clientId: `day-${ago}`,
        intensity: intensity(days - ago),
        occurredAt: api.clock
          .now()
          .subtract({ hours: 24 * ago })
          .toString(),
      })),
    },
  });

describe('trends', () => {
  it('are computed when first asked for, and answered at once from then on', async () => {
    const anna = await api.person();
    await feelDaily(anna, 20, (day) => Math.ceil(day / 2));
    const asked = await ask(anna, 30);
    expect([asked.status, asked.headers.get('location')]).toEqual([202, `/v1/jobs/${asked.body['jobId']}`]);
    await recompute(anna);
    const { status, body } = await ask(anna, 30);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      window: { from: '2026-02-28', to: '2026-03-29', timeZone: 'Europe/Madrid' },
      n: 20,
      days: 20,
      trend: { tier: expect.any(String) },
    });
    expect((body['trend'] as { slopePerDay: number }).slopePerDay).toBeCloseTo(0.5, 1);
  });

  it.each([7, 30, 90, 365, 'all'])('are kept for the window %s', async (window) => {
    const anna = await api.person();
    await feelDaily(anna, 3, () => 5);
    await recompute(anna);
    expect((await ask(anna, window)).body).toMatchObject({
      n: 3,
      level: { insufficient: { have: 3, need: 7, unit: 'checkins' } },
    });
  });

  it('name the job that already waits', async () => {
    const anna = await api.person();
    await feel(anna);
    const { body } = await ask(anna, 7);
    const { body: job } = await anna.send('GET', `/v1/jobs/${body['jobId']}`);
    expect(job).toMatchObject({ id: body['jobId'], kind: 'trends.recompute', state: 'pending' });
    expect((await ask(anna, 7)).body).toEqual(body);
    expect(await api.jobsOf(anna)).toContain('trends.recompute');
  });

  it('are no longer current once something is recorded, undone, or a day has passed', async () => {
    const anna = await api.person();
    await recompute(anna);
    expect((await ask(anna, 7)).status).toBe(200);
    const { body } = await feel(anna);
    expect((await ask(anna, 7)).status).toBe(202);
    await recompute(anna);
    expect((await ask(anna, 7)).status).toBe(200);
    await anna.send('DELETE', `/v1/emotions/${body['id']}`);
    expect((await ask(anna, 7)).status).toBe(202);
    await recompute(anna, manualClock('2026-03-28T08:00:00Z'));
    expect((await ask(anna, 7)).status).toBe(202);
  });

  it('are no longer current once one check-in has taken the place of another', async () => {
    const anna = await api.person();
    const { body } = await feel(anna);
    await recompute(anna, manualClock(api.clock.now().subtract({ seconds: 1 }).toString()));
    await anna.send('DELETE', `/v1/emotions/${body['id']}`);
    await feel(anna, { intensity: 2 });
    expect((await ask(anna, 7)).status).toBe(202);
    await recompute(anna);
    expect((await ask(anna, 7)).status).toBe(200);
  });

  it('can be waited for', async () => {
    const anna = await api.person();
    await feel(anna);
    const waited = ask(anna, 7, { Prefer: 'wait=10' });
    await recompute(anna);
    const { status, body } = await api.answeredMeanwhile(anna, waited);
    expect([status, body['n']]).toEqual([200, 1]);
  });

  it('never replace an answer by an older one', async () => {
    const anna = await api.person();
    await recompute(anna);
    await recompute(anna, manualClock('2026-03-27T08:00:00Z'));
    expect((await ask(anna, 7)).status).toBe(200);
  });

  it('are prepared without being asked for only for those who agreed to insights', async () => {
    const [anna, ben] = [await api.person(), await api.person()];
    await newConsent(api.database, anna.id, 'insights');
    await feel(anna);
    await feel(ben);
    expect([await prepare(anna), await prepare(ben)]).toEqual([{ checkins: 1 }, { withheld: 'insights' }]);
    expect([(await ask(anna, 7)).status, (await ask(ben, 7)).status]).toEqual([200, 202]);
    expect(await api.rowsOf(ben, 'select from trend_result')).toEqual([]);
  });

  it('are computed for whoever asks, whatever was prepared or withheld', async () => {
    const anna = await api.person();
    await feel(anna);
    const { body } = await ask(anna, 7);
    const waiting = await api.rowsOf<{ id: string }>(
      anna,
      `select id from job where kind = 'trends.recompute' and subject = '${anna.id}'`,
    );
    expect(waiting.map(({ id }) => id)).toContain(body['jobId']);
    expect(waiting).toHaveLength(2);
    await recompute(anna);
    expect((await ask(anna, 7)).body).toMatchObject({ n: 1 });
  });

  it('rest on nobody else’s check-ins', async () => {
    const [anna, ben] = [await api.person(), await api.person()];
    await feel(anna);
    await recompute(ben);
    expect((await ask(ben, 'all')).body).toMatchObject({ n: 0 });
    expect(await api.rowsOf(anna, 'select from trend_result')).toEqual([]);
  });

  it('know no other window', async () => {
    const anna = await api.person();
    expect((await ask(anna, 14)).status).toBe(400);
  });
});

describe('the trends of a history beyond measure', () => {
  it('are those of its newest 20,000 check-ins, and current', async () => {
    const anna = await api.person();
    await api.rowsOf(anna, `select checkin_ensure_months(array[date '2026-03-01'])`);
    await api.rowsOf(
      anna,
      `with felt as (
         insert into checkin (id, user_id, emotion_type_id, intensity, occurred_at, received_at, time_zone, local_date)
         select gen_random_uuid(), '${anna.id}', 1, case when minute = 0 then 10 else 1 end, at, at, 'UTC', (at at time zone 'UTC')::date
         from generate_series(0, 20000) minute, lateral (select timestamptz '2026-03-04 23:59Z' + minute * interval '1 minute' as at) when_felt
         returning *
       )
       insert into activity (user_id, kind, source_id, occurred_at, time_zone, local_date, received_at, counts)
       select user_id, 'checkin', id, occurred_at, time_zone, local_date, received_at, true from felt`,
    );
    expect(await recompute(anna)).toEqual({ checkins: 20_001 });
    const { status, body } = await ask(anna, 'all');
    expect([status, body['n'], body['days']]).toEqual([200, 20_000, 14]);
    expect(body['level']).toEqual({ mean: 1, median: 1 });
  });
});
