import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { achievementsEvaluate } from '../../../jobs/achievements-evaluate/contract.ts';
import { achievementsEvaluateHandler } from '../../../jobs/achievements-evaluate/handler.ts';
import { streakRecompute } from '../../../jobs/streak-recompute/contract.ts';
import { streakRecomputeHandler } from '../../../jobs/streak-recompute/handler.ts';
import { type NewCheckin, recordCheckin } from '../../../shared/emotions/index.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { createLogger } from '../../../shared/platform/telemetry/logger.ts';
import { listAchievements } from '../../../shared/progress/index.ts';
import { starterAchievements } from '../../../shared/progress/starter-achievements.ts';
import { newAccount, newConsent, newPhone } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { runHandler } from '../../support/run-handler.ts';
import { testUserKeys } from '../../support/sealed.ts';

const test = ownDatabase();
const { clock, as, look } = test;

const evaluate = (userId: UserId, logger = silent()) =>
  runHandler(test.worker, achievementsEvaluate, achievementsEvaluateHandler, { userId }, { clock, logger });
const recompute = (userId: UserId) =>
  runHandler(test.worker, streakRecompute, streakRecomputeHandler, { userId }, { clock });
const checkIn = async (userId: UserId, over: Partial<NewCheckin> = {}) => {
  const cipher = await testUserKeys(test.api).cipherOf(userId);
  const checkin = { ...feeling, occurredAt: clock.now(), ...over };
  return as(userId, (tx) => recordCheckin(tx, userId, cipher, checkin, clock.now()));
};
const feeling = { emotionTypeId: 1, intensity: 5, timeZone: 'UTC' };
const daysAgo = (days: number) => clock.now().subtract({ hours: 24 * days });

const awardsOf = async (userId: UserId) =>
  (
    await look(
      `select code, award.tier, earned_at as at from user_achievement award
       join achievement_type type on type.id = achievement_type_id where user_id = $1 order by type.id`,
      [userId],
    )
  ).map(({ code, tier }) => `${code} ${tier}`);
const count = async (sql: string, values: unknown[]) => (await look(sql, values))[0]?.count;
const notificationsOf = (userId: UserId) =>
  count('select count(*)::int from notification where user_id = $1', [userId]);
const deliveriesOf = (userId: UserId) => count('select count(*)::int from delivery where user_id = $1', [userId]);
const flushes = () => count(`select count(*)::int from job where kind = 'push.flush'`, []);

const silent = (destination = { write: (_line: string) => {} }) =>
  createLogger({ service: 'test', environment: 'test', level: 'debug', secretKey: 'a secret for tests', destination });

describe('the first check-in', () => {
  it('is awarded once and told once, however many jobs see it', async () => {
    const userId = await newAccount(test.api);
    await newPhone(test.api, userId);
    await checkIn(userId);
    await Promise.all(Array.from({ length: 50 }, () => evaluate(userId)));
    expect(await awardsOf(userId)).toEqual(['first_checkin 1']);
    expect([await notificationsOf(userId), await deliveriesOf(userId), await flushes()]).toEqual([1, 1, 1]);
  });

  it('is earned at the moment of the check-in', async () => {
    const userId = await newAccount(test.api);
    await checkIn(userId, { occurredAt: daysAgo(1) });
    await evaluate(userId);
    expect(await look('select earned_at from user_achievement where user_id = $1', [userId])).toEqual([
      { earned_at: new Date(daysAgo(1).epochMilliseconds) },
    ]);
  });

  it('is granted but not told to who has not agreed to be told, nor made up for later', async () => {
    const userId = await newAccount(test.api);
    await newPhone(test.api, userId);
    await newConsent(test.api, userId, 'achievement_push', false);
    await checkIn(userId);
    await evaluate(userId);
    expect([await awardsOf(userId), await notificationsOf(userId), await deliveriesOf(userId)]).toEqual([
      ['first_checkin 1'],
      0,
      0,
    ]);
    await newConsent(test.api, userId, 'achievement_push');
    await evaluate(userId);
    expect(await notificationsOf(userId)).toBe(0);
  });

  it('asks for no push where no phone can be reached, but tells the inbox', async () => {
    const userId = await newAccount(test.api);
    await newConsent(test.api, userId, 'achievement_push');
    await look(`delete from job where kind = 'push.flush'`);
    await checkIn(userId);
    await evaluate(userId);
    expect([await notificationsOf(userId), await deliveriesOf(userId), await flushes()]).toEqual([1, 0, 0]);
  });

  it('is granted in silence when it lies more than two days back', async () => {
    const userId = await newAccount(test.api);
    await newPhone(test.api, userId);
    await checkIn(userId, { occurredAt: daysAgo(3) });
    await evaluate(userId);
    expect([await awardsOf(userId), await notificationsOf(userId)]).toEqual([['first_checkin 1'], 0]);
  });

  it('is nobody else’s', async () => {
    const [mine, theirs] = [await newAccount(test.api), await newAccount(test.api)];
    await checkIn(mine);
    await evaluate(theirs);
    expect([await awardsOf(mine), await awardsOf(theirs)]).toEqual([[], []]);
  });
});

describe('several achievements at once', () => {
  it('are all granted and told as one', async () => {
    const userId = await newAccount(test.api);
    await newPhone(test.api, userId);
    for (const emotionTypeId of [1, 2, 3, 4, 5]) await checkIn(userId, { emotionTypeId });
    expect(await evaluate(userId)).toEqual({ granted: 2 });
    expect(await awardsOf(userId)).toEqual(['first_checkin 1', 'emotion_words 1']);
    expect([await notificationsOf(userId), await deliveriesOf(userId)]).toEqual([1, 1]);
  });

  it('include the tiers of a streak that came in late', async () => {
    const userId = await newAccount(test.api);
    await newConsent(test.api, userId, 'achievement_push');
    for (let day = 6; day >= 0; day -= 1) await checkIn(userId, { occurredAt: daysAgo(day) });
    await recompute(userId);
    await evaluate(userId);
    expect(await awardsOf(userId)).toEqual(['first_checkin 1', 'streak 1', 'streak 2', 'checkin_days 1']);
    expect(await notificationsOf(userId)).toBe(1);
  });

  it('are the same in whatever order the facts arrive and however often they are looked at', async () => {
    const days = [0, 1, 2, 3, 5, 6, 9, 10];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(days, { minLength: days.length }),
        fc.array(fc.boolean(), { minLength: days.length, maxLength: days.length }),
        async (order, looks) => {
          const userId = await newAccount(test.api);
          for (const [index, day] of order.entries()) {
            await checkIn(userId, { occurredAt: daysAgo(day), emotionTypeId: day + 1 });
            if (looks[index]) {
              await recompute(userId);
              await evaluate(userId);
            }
          }
          await recompute(userId);
          await evaluate(userId);
          expect(await awardsOf(userId)).toEqual(['first_checkin 1', 'streak 1', 'checkin_days 1', 'emotion_words 1']);
        },
      ),
      { numRuns: 10, seed: 5 },
    );
  });
});

describe('an achievement type with criteria nobody can read', () => {
  it('is out of use with an alert, and the others go on', async () => {
    await look(`insert into achievement_type (id, code, tier, name, description, criteria)
                values (900, 'broken', 1, '{}', '{}', '{"metric": "sadness", "gte": 1}')`);
    const lines: string[] = [];
    const userId = await newAccount(test.api);
    await checkIn(userId);
    await evaluate(userId, silent({ write: (line) => void lines.push(line) }));
    await look('delete from achievement_type where id = 900');
    expect(await awardsOf(userId)).toEqual(['first_checkin 1']);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'error', alert: 'achievement_type_disabled', achievement_type_id: 900 },
    ]);
  });
});

describe('the list of achievements', () => {
  const list = (userId: UserId) => as(userId, (tx) => listAchievements(tx, userId));

  it('says how far somebody is, never beyond the whole', async () => {
    const userId = await newAccount(test.api);
    for (const emotionTypeId of [1, 2]) await checkIn(userId, { emotionTypeId });
    await evaluate(userId);
    const achievements = await list(userId);
    expect(achievements.find(({ code }) => code === 'first_checkin')).toMatchObject({
      name: 'First check-in',
      progress: 1,
      earnedAt: '2026-11-21T10:00:00.000Z',
    });
    expect(achievements.find(({ code }) => code === 'emotion_words')).toMatchObject({ progress: 0.4, earnedAt: null });
    expect(achievements.every(({ progress }) => progress >= 0 && progress <= 1)).toBe(true);
  });

  it('says nothing of hidden ones until they are earned', async () => {
    const userId = await newAccount(test.api);
    const hidden = starterAchievements.find((type) => type.hidden);
    expect((await list(userId)).map(({ id }) => id)).not.toContain(hidden?.id);
    await look(
      `insert into user_achievement (id, user_id, achievement_type_id, tier, earned_at) values (uuidv7(), $1, $2, 1, now())`,
      [userId, hidden?.id],
    );
    expect((await list(userId)).map(({ id }) => id)).toContain(hidden?.id);
  });

  it('speaks the language of the account', async () => {
    const userId = await newAccount(test.api, { language: 'es-MX' });
    expect((await list(userId))[0]?.name).toBe('Primer registro');
  });

  it('holds the starter set', async () => {
    const userId = await newAccount(test.api);
    const visible = starterAchievements.filter((type) => !type.hidden).map(({ id }) => id);
    expect((await list(userId)).map(({ id }) => id)).toEqual(visible.sort((a, b) => a - b));
  });
});
