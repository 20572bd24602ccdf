import { z } from 'zod';
import { permanent } from '../../shared/platform/errors.ts';
import { InstantText } from '../../shared/platform/time/instant.ts';
import { TimeZone } from '../../shared/platform/time/local-date.ts';
import { listAchievements, readUserStreak } from '../../shared/progress/index.ts';
import { decodeCursor, page, pageOf, WholePageQuery } from '../paging.ts';
import { defineRoute, type Route } from '../route.ts';

const StreakView = z
  .object({
    currentStreak: z.int().meta({ description: 'Days; 0 once a day was missed. Today is never missed.' }),
    longestStreak: z.int(),
    lastActivityDate: z.iso.date().nullable(),
    updatedAt: InstantText.nullable(),
  })
  .meta({ id: 'UserStreak' });

const PhoneHeaders = z.object({
  'X-Time-Zone': TimeZone.optional().meta({
    description: 'The IANA zone the phone is in; it has a say in what day it is.',
  }),
});

const getStreak = defineRoute(
  {
    method: 'GET',
    path: '/progress/streak',
    summary: 'See your streak',
    description: 'As of now.',
    tag: 'progress',
    who: 'user',
    headers: PhoneHeaders,
    response: StreakView,
    problems: ['bad_request'],
  },
  async ({ tx, user, clock, header }) => ({
    body: await readUserStreak(tx, user.id, clock.now(), phoneZone(header('X-Time-Zone'))),
  }),
);

function phoneZone(sent: string | undefined): string | undefined {
  const zone = TimeZone.optional().safeParse(sent);
  if (!zone.success) throw permanent('bad_request', '`X-Time-Zone` is not an IANA time zone name.');
  return zone.data;
}

const AchievementView = z
  .object({
    id: z.int(),
    code: z.string(),
    tier: z.int(),
    name: z.string().meta({ description: 'In your language' }),
    description: z.string(),
    progress: z.number().min(0).max(1),
    earnedAt: InstantText.nullable(),
  })
  .meta({ id: 'UserAchievement' });

const getAchievements = defineRoute(
  {
    method: 'GET',
    path: '/progress/achievements',
    summary: 'See what you have achieved, and how far you are with the rest',
    tag: 'progress',
    who: 'user',
    query: WholePageQuery,
    response: pageOf(AchievementView),
  },
  async ({ tx, user, query: { limit, cursor } }) => {
    const after = decodeCursor(z.int(), cursor) ?? 0;
    const achievements = (await listAchievements(tx, user.id)).filter(({ id }) => id > after);
    return { body: page(achievements, limit, { item: (achievement) => achievement, key: ({ id }) => id }) };
  },
);

export const progressRoutes: readonly Route[] = [getStreak, getAchievements];
