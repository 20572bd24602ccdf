import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { streakRecompute } from '../../../jobs/streak-recompute/contract.ts';
import { streakRecomputeHandler } from '../../../jobs/streak-recompute/handler.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { type NewActivity, readUserStreak, recordActivity, removeActivity } from '../../../shared/progress/index.ts';
import { foldRuns } from '../../../shared/progress/streak.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { runHandler } from '../../support/run-handler.ts';

const test = ownDatabase();
const { clock, as, look } = test;

const activityOn = (userId: UserId, date: string, timeZone = 'UTC'): NewActivity => {
  const occurredAt = Temporal.PlainDateTime.from(`${date}T12:00`).toZonedDateTime(timeZone).toInstant();
  return {
    userId,
    kind: 'checkin',
    sourceId: newId(),
    occurredAt,
    timeZone,
    cutOffHours: 3,
    receivedAt: occurredAt,
  };
};
const recompute = (userId: UserId) =>
  runHandler(test.worker, streakRecompute, streakRecomputeHandler, { userId }, { clock });
const record = (userId: UserId, ...dates: string[]) =>
  as(userId, async (tx) => {
    for (const date of dates) await recordActivity(tx, activityOn(userId, date));
  });
const read = (userId: UserId, phoneZone?: string) =>
  as(userId, (tx) => readUserStreak(tx, userId, clock.now(), phoneZone));
const storedRuns = async (userId: UserId) =>
  (await look('select runs from user_streak where user_id = $1', [userId]))[0]?.runs;
const jobsOf = async (userId: UserId) =>
  (await look('select kind from job where subject = $1 order by kind', [userId])).map(({ kind }) => kind);

describe('a stored streak', () => {
  it('grows with the activity, and asks for achievements when it is longer than ever', async () => {
    const userId = await newAccount(test.api);
    await record(userId, '2026-11-19', '2026-11-20', '2026-11-21');
    expect(await recompute(userId)).toEqual({ longestStreak: 3 });
    expect(await read(userId)).toMatchObject({ currentStreak: 3, longestStreak: 3, lastActivityDate: '2026-11-21' });
    expect(await jobsOf(userId)).toEqual(['achievements.evaluate']);
  });

  it('asks for nothing when it did not grow', async () => {
    const userId = await newAccount(test.api);
    await record(userId, '2026-11-20');
    await recompute(userId);
    await look('delete from job where subject = $1', [userId]);
    await record(userId, '2026-11-20');
    await recompute(userId);
    await recompute(userId);
    expect(await jobsOf(userId)).toEqual([]);
  });

  it('loses a day that is taken back', async () => {
    const userId = await newAccount(test.api);
    await record(userId, '2026-11-20');
    const mistaken = activityOn(userId, '2026-11-21');
    await as(userId, (tx) => recordActivity(tx, mistaken));
    await recompute(userId);
    await as(userId, (tx) => removeActivity(tx, mistaken));
    await recompute(userId);
    expect(await read(userId)).toMatchObject({ currentStreak: 1, longestStreak: 1, lastActivityDate: '2026-11-20' });
  });

  it('counts an activity recorded twice once', async () => {
    const userId = await newAccount(test.api);
    const activity = activityOn(userId, '2026-11-21');
    await as(userId, (tx) => recordActivity(tx, activity));
    await as(userId, (tx) => recordActivity(tx, activity));
    await recompute(userId);
    expect(await look('select count(*)::int from activity where user_id = $1', [userId])).toEqual([{ count: 1 }]);
  });

  it('leaves out what arrives more than 30 days late, but keeps it', async () => {
    const userId = await newAccount(test.api);
    await as(userId, (tx) => recordActivity(tx, { ...activityOn(userId, '2026-10-01'), receivedAt: clock.now() }));
    await recompute(userId);
    expect(await read(userId)).toMatchObject({ longestStreak: 0, lastActivityDate: null });
    expect(await look('select counts from activity where user_id = $1', [userId])).toEqual([{ counts: false }]);
  });

  it('is folded from scratch where no row is left', async () => {
    const userId = await newAccount(test.api);
    await record(userId, '2026-11-20', '2026-11-21');
    await recompute(userId);
    await look('delete from user_streak where user_id = $1', [userId]);
    await recompute(userId);
    expect(await read(userId)).toMatchObject({ currentStreak: 2 });
  });

  it('has no say for an account that is gone', async () => {
    expect(await recompute(newId<UserId>())).toEqual({ longestStreak: 0 });
  });

  it('never touches another person', async () => {
    const [mine, theirs] = [await newAccount(test.api), await newAccount(test.api)];
    await record(mine, '2026-11-21');
    await record(theirs, '2026-11-21');
    await recompute(mine);
    expect(await storedRuns(theirs)).toBeUndefined();
    expect(await look('select user_id from streak_change where user_id = any($1)', [[mine, theirs]])).toEqual([
      { user_id: theirs },
    ]);
  });
});

describe('a streak that is read', () => {
  it('knows at once what no worker has seen yet', async () => {
    const userId = await newAccount(test.api);
    await record(userId, '2026-11-20');
    await recompute(userId);
    await record(userId, '2026-11-21');
    expect(await read(userId)).toMatchObject({ currentStreak: 2, updatedAt: '2026-11-21T10:00:00.000Z' });
  });

  it('ends without anything running at midnight', async () => {
    const userId = await newAccount(test.api);
    await record(userId, '2026-11-08', '2026-11-09');
    await recompute(userId);
    expect(await read(userId)).toMatchObject({ currentStreak: 0, longestStreak: 2 });
  });

  it('takes the kinder of the zones of the phone and of the last activity', async () => {
    const userId = await newAccount(test.api);
    // At 10:00 UTC on the 21st it is still the 20th in Pago Pago; the 18th and 19th were missed.
    await as(userId, (tx) => recordActivity(tx, activityOn(userId, '2026-11-18')));
    await recompute(userId);
    expect(await read(userId)).toMatchObject({ currentStreak: 0 });
    expect(await read(userId, 'Pacific/Pago_Pago')).toMatchObject({ currentStreak: 1 });
  });

  it('is empty for somebody who has done nothing', async () => {
    const userId = await newAccount(test.api);
    expect(await read(userId)).toEqual({ currentStreak: 0, longestStreak: 0, lastActivityDate: null, updatedAt: null });
  });
});

describe('facts and recomputations at once', () => {
  it('loses no fact that commits while the streak is recomputed, whoever else noted its date', async () => {
    const userId = await newAccount(test.api);
    const mistaken = activityOn(userId, '2026-11-21');
    await record(userId, '2026-11-20');
    await as(userId, (tx) => recordActivity(tx, mistaken));
    await as(userId, (tx) => removeActivity(tx, mistaken));
    await as(userId, async (tx) => {
      await recordActivity(tx, activityOn(userId, '2026-11-21'));
      expect(await recompute(userId)).toEqual({ longestStreak: 1 });
    });
    expect(await recompute(userId)).toEqual({ longestStreak: 2 });
  });

  it('comes to the same however many run together', async () => {
    const userId = await newAccount(test.api);
    const dates = ['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20'];
    await Promise.all(dates.flatMap((date) => [record(userId, date), recompute(userId)]));
    expect(await recompute(userId)).toEqual({ longestStreak: 6 });
  });

  it('splices to what a fold from scratch gives, whatever comes, goes and waits', async () => {
    const step = fc.record({ day: fc.integer({ min: 0, max: 24 }), undo: fc.boolean(), fold: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        const userId = await newAccount(test.api);
        const present: NewActivity[] = [];
        for (const { day, undo, fold } of steps) {
          const last = undo ? present.pop() : undefined;
          if (last) await as(userId, (tx) => removeActivity(tx, last));
          else {
            const date = Temporal.PlainDate.from('2026-10-25').add({ days: day }).toString();
            const activity = activityOn(userId, date);
            present.push(activity);
            await as(userId, (tx) => recordActivity(tx, activity));
          }
          if (fold) await recompute(userId);
        }
        await recompute(userId);
        const days = present.map(({ occurredAt, timeZone }) => ({
          date: occurredAt.toZonedDateTimeISO(timeZone).toPlainDate(),
          zones: [timeZone],
        }));
        expect(await storedRuns(userId)).toEqual(JSON.parse(JSON.stringify(foldRuns(days, []))));
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});
