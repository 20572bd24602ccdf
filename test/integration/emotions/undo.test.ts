import { describe, expect, it } from '@jest/globals';
import { achievementsEvaluate } from '../../../jobs/achievements-evaluate/contract.ts';
import { achievementsEvaluateHandler } from '../../../jobs/achievements-evaluate/handler.ts';
import { streakRecompute } from '../../../jobs/streak-recompute/contract.ts';
import { streakRecomputeHandler } from '../../../jobs/streak-recompute/handler.ts';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { trendsRecomputeHandler } from '../../../jobs/trends-recompute/handler.ts';
import type { Person } from '../../support/api/served.ts';
import { usualPatternPolicy } from '../../support/pattern-policy.ts';
import { runHandler } from '../../support/run-handler.ts';
import { afterCheckin, emotionsApi, feeling } from './emotions-api.ts';

const api = emotionsApi();

type Answer = { status: string; id?: string; problem?: { code: string } };

async function felt(person: Person, over: Record<string, unknown> = {}): Promise<string> {
  const { body } = await person.send('POST', '/v1/emotions', { body: { ...feeling, ...over } });
  return String(body['id']);
}
const on = (day: number) => ({ occurredAt: `2026-03-${day}T12:00:00Z` });
const undo = (person: Person, id: string | undefined) => person.send('DELETE', `/v1/emotions/${id}`);
const batch = async (person: Person, ...items: unknown[]) =>
  (await person.send('POST', '/v1/emotions/batch', { body: { items } })).body['items'] as Answer[];
const read = async (person: Person, path: string) => (await person.send('GET', path)).body;
const listed = async (person: Person) => (await read(person, '/v1/emotions'))['items'];

const firstAchievement = async (person: Person) =>
  ((await read(person, '/v1/progress/achievements'))['items'] as unknown[])[0];

const recomputeTrends = (person: Person) =>
  runHandler(
    api.worker,
    trendsRecompute,
    trendsRecomputeHandler(usualPatternPolicy),
    { userId: person.id, asked: true },
    { clock: api.clock },
  );
const recomputeStreak = (person: Person) =>
  runHandler(api.worker, streakRecompute, streakRecomputeHandler, { userId: person.id }, { clock: api.clock });
const evaluateAchievements = (person: Person) =>
  runHandler(
    api.worker,
    achievementsEvaluate,
    achievementsEvaluateHandler,
    { userId: person.id },
    { clock: api.clock },
  );

describe('an undone check-in', () => {
  it('leaves the streak as if it had never been, before and after it is computed anew', async () => {
    const anna = await api.person();
    const [, second, third] = [
      await felt(anna, on(25)),
      await felt(anna, on(26)),
      await felt(anna, on(27)),
      await felt(anna, on(28)),
      await felt(anna),
    ];
    await recomputeStreak(anna);
    expect(await read(anna, '/v1/progress/streak')).toMatchObject({ currentStreak: 5, longestStreak: 5 });
    // One missed day is bridged, two in a row are not.
    for (const [id, streak] of [
      [third, 4],
      [second, 2],
    ] as const) {
      await undo(anna, id);
      expect(await read(anna, '/v1/progress/streak')).toMatchObject({ currentStreak: streak, longestStreak: streak });
      await recomputeStreak(anna);
      expect(await read(anna, '/v1/progress/streak')).toMatchObject({ currentStreak: streak, longestStreak: streak });
    }
  });

  it('costs no day on which there was another', async () => {
    const anna = await api.person();
    const [id] = [await felt(anna), await felt(anna)];
    await undo(anna, id);
    expect(await read(anna, '/v1/progress/streak')).toMatchObject({ currentStreak: 1, lastActivityDate: '2026-03-29' });
  });

  it('counts neither in trends nor in the distribution', async () => {
    const anna = await api.person();
    const id = await felt(anna, { intensity: 10 });
    await felt(anna, { intensity: 2 });
    const counted = async () => {
      await recomputeTrends(anna);
      const { body } = await anna.send('POST', '/v1/emotions/trends', { body: { window: 7 } });
      return [body['n'], (await read(anna, '/v1/emotions/distribution?window=7'))['n']];
    };
    expect(await counted()).toEqual([2, 2]);
    await undo(anna, id);
    expect(await counted()).toEqual([1, 1]);
  });

  it('takes no achievement with it, however often they are evaluated', async () => {
    const anna = await api.person();
    const id = await felt(anna);
    await evaluateAchievements(anna);
    const first = await firstAchievement(anna);
    expect(first).toMatchObject({ code: 'first_checkin', earnedAt: expect.any(String), progress: 1 });
    await undo(anna, id);
    await evaluateAchievements(anna);
    expect(await firstAchievement(anna)).toEqual(first);
  });

  it('asks for what follows from it even where nothing waits any more', async () => {
    const anna = await api.person();
    const id = await felt(anna);
    await api.rowsOf(anna, `delete from job where subject = '${anna.id}'`);
    await undo(anna, id);
    expect(await api.jobsOf(anna)).toEqual(afterCheckin);
  });

  it('is not brought back by a batch that is sent again', async () => {
    const anna = await api.person();
    const items = ['a', 'b'].map((clientId) => ({ clientId, ...feeling }));
    const [kept, undone] = await batch(anna, ...items);
    await undo(anna, undone?.id);
    expect(await batch(anna, ...items)).toMatchObject([
      { status: 'existing', id: kept?.id },
      { status: 'existing', id: undone?.id },
    ]);
    expect(await listed(anna)).toMatchObject([{ id: kept?.id }]);
    expect((await read(anna, `/v1/emotions/${undone?.id}`))['code']).toBe('not_found');
    expect(await api.rowsOf(anna, 'select from activity')).toHaveLength(1);
  });

  it('keeps its name: another check-in takes one of its own', async () => {
    const anna = await api.person();
    const [undone] = await batch(anna, { clientId: 'a', ...feeling });
    await undo(anna, undone?.id);
    const other = { ...feeling, intensity: 1 };
    const answers = await batch(anna, { clientId: 'a', ...other }, { clientId: 'b', ...other });
    expect(answers).toMatchObject([
      { status: 'rejected', problem: { code: 'client_id_reused' } },
      { status: 'created' },
    ]);
  });

  it('is not brought back by a request that is repeated under its key', async () => {
    const anna = await api.person();
    const post = () => anna.send('POST', '/v1/emotions', { body: feeling, headers: { 'Idempotency-Key': 'once' } });
    const { body } = await post();
    await undo(anna, String(body['id']));
    expect((await post()).body).toEqual(body);
    expect(await listed(anna)).toEqual([]);
  });

  it('is undone once by two at once', async () => {
    const anna = await api.person();
    const id = await felt(anna);
    const replies = await Promise.all([undo(anna, id), undo(anna, id)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([204, 404]);
    expect(await api.rowsOf(anna, 'select from activity')).toEqual([]);
  });
});
