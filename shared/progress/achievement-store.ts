import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { writtenLanguage } from '../platform/language.ts';
import { instantSql } from '../platform/time/instant.ts';
import {
  type AchievementRow,
  type Award,
  type AwardKey,
  awardName,
  conditionsToRead,
  type DisabledType,
  dueAwards,
  readTypes,
} from './award.ts';
import { progressOf } from './criteria.ts';
import { readFacts } from './reading-store.ts';
import type { LocalizedText } from './starter-achievements.ts';

export type Granted = { awards: Award[]; disabled: DisabledType[] };

/**
 * Grants what the person has earned and not yet got. Of many that run at once exactly one gets each award back, so what
 * follows from an award in the same transaction happens once.
 */
export async function grantDue(tx: Transaction, userId: UserId, now: Temporal.Instant): Promise<Granted> {
  const { types, disabled } = readTypes(await tx.query<AchievementRow>(UNEARNED, [userId]));
  const facts = await readFacts(tx, userId, conditionsToRead(types, []));
  const due = dueAwards(types, facts, [], now);
  return { awards: due.length === 0 ? [] : await grant(tx, userId, due, now), disabled };
}

const UNEARNED = `
  select id, code, tier, criteria from achievement_type type
  where enabled and not exists (
    select from user_achievement where user_id = $1 and achievement_type_id = type.id and tier = type.tier
  )`;

/** The rows that were not there before. */
async function grant(tx: Transaction, userId: UserId, due: readonly Award[], now: Temporal.Instant): Promise<Award[]> {
  const rows = await tx.query<AwardKey>(GRANT, [
    userId,
    due.map(({ typeId }) => typeId),
    due.map(({ tier }) => tier),
    due.map(({ occurrence }) => occurrence),
    due.map(({ earnedAt }) => earnedAt.toString()),
    now.toString(),
  ]);
  const isNew = new Set(rows.map(awardName));
  return due.filter((award) => isNew.has(awardName(award)));
}

// In one order for everybody: two that insert the same awards then wait for each other instead of deadlocking.
const GRANT = `
  insert into user_achievement (id, user_id, achievement_type_id, tier, occurrence, earned_at, created_at)
  select uuidv7(), $1, type_id, tier, occurrence, earned_at, $6
  from unnest($2::int[], $3::smallint[], $4::int[], $5::timestamptz[]) as due (type_id, tier, occurrence, earned_at)
  order by type_id, tier, occurrence
  on conflict do nothing
  returning achievement_type_id as "typeId", tier, occurrence`;

/** What the person was granted since then, the latest last: of a hundred at most, since nobody earns more in a day. */
export const awardsSince = (tx: Transaction, userId: UserId, since: Temporal.Instant) =>
  tx.query<{ id: number; tier: number }>(GRANTED_SINCE, [userId, since.toString()]);

const GRANTED_SINCE = `
  select achievement_type_id as id, tier from user_achievement
  where user_id = $1 and created_at >= $2 order by created_at, achievement_type_id, tier limit 100`;

/** `progress` is from 0 to 1. `earnedAt` is ISO 8601, null for what is still ahead. */
export type Achievement = {
  id: number;
  code: string;
  tier: number;
  name: string;
  description: string;
  progress: number;
  earnedAt: string | null;
};

/**
 * What the person has earned and how far they are with the rest, by id, in their language. Hidden ones and ones out of use
 * are there only once earned.
 */
export async function listAchievements(tx: Transaction, userId: UserId): Promise<Achievement[]> {
  const rows = await tx.query<ListedRow>(LISTED, [userId]);
  const { types } = readTypes(rows.filter(({ earnedAt }) => earnedAt === null));
  const facts = await readFacts(tx, userId, conditionsToRead(types, []));
  const progress = new Map(types.map(({ id, criteria }) => [id, progressOf(criteria, facts)]));
  return rows.flatMap(({ id, code, tier, name, description, languagePreference, earnedAt }) => {
    const reached = earnedAt === null ? progress.get(id) : 1;
    if (reached === undefined) return [];
    const language = writtenLanguage(languagePreference);
    return [
      {
        id,
        code,
        tier,
        name: name[language],
        description: description[language],
        progress: reached,
        earnedAt,
      },
    ];
  });
}

type ListedRow = AchievementRow & {
  name: LocalizedText;
  description: LocalizedText;
  languagePreference: string;
  earnedAt: string | null;
};

const LISTED = `
  select type.id, type.code, type.tier, type.criteria, type.name, type.description, account.language as "languagePreference",
         ${instantSql('earned.earned_at')} as "earnedAt"
  from account cross join achievement_type type
  left join lateral (
    select min(earned_at) as earned_at from user_achievement
    where user_id = $1 and achievement_type_id = type.id and tier = type.tier
  ) earned on true
  where account.id = $1 and (earned.earned_at is not null or (type.enabled and not type.hidden))
  order by type.id`;
