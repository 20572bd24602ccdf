import type { z } from 'zod';
import {
  type Condition,
  Criteria,
  canBeRefuted,
  conditionKey,
  conditionsOf,
  type Facts,
  satisfiedAt,
} from './criteria.ts';
import { defaultStreakPolicy } from './streak-policy.ts';

/** A stored achievement type: one row for each tier of a `code`. Its `criteria` are whatever somebody wrote there. */
export type AchievementRow = { id: number; code: string; tier: number; criteria: unknown };

/** A type whose criteria have been read. */
export type AchievementType = { id: number; code: string; tier: number; criteria: Criteria };

/** A type that is out of use until somebody mends its criteria, and what is wrong with them. */
export type DisabledType = { typeId: number; problem: string };

/** What makes an award unique for a person. Types that can be earned once, as all do now, have the occurrence 1. */
export type AwardKey = { typeId: number; tier: number; occurrence: number };

/** Names an award of a person, the same in every attempt to grant it. */
export const awardName = ({ typeId, tier, occurrence }: AwardKey): string => `${typeId}.${tier}.${occurrence}`;

/** `push` tells whether this one is news worth a notification. */
export type Award = AwardKey & { earnedAt: Temporal.Instant; push: boolean };

export type AwardPolicy = {
  /** What was earned longer ago is granted in silence. */
  pushWithinHours: number;
  /** How long facts may still arrive late; the `backfillDays` of streaks. */
  settleDays: number;
};

const defaultAwardPolicy: AwardPolicy = { pushWithinHours: 48, settleDays: defaultStreakPolicy.backfillDays };

/** Reads the criteria of every type. One that cannot be read is set aside and reported; the others are not touched by it. */
export function readTypes(rows: readonly AchievementRow[]): { types: AchievementType[]; disabled: DisabledType[] } {
  const types: AchievementType[] = [];
  const disabled: DisabledType[] = [];
  for (const { id, code, tier, criteria } of rows) {
    const read = Criteria.safeParse(criteria);
    if (read.success) types.push({ id, code, tier, criteria: read.data });
    else disabled.push({ typeId: id, problem: deepestProblem(read.error.issues) });
  }
  return { types, disabled };
}

/** What has to be known to decide about the types not yet earned: each condition once. */
export function conditionsToRead(types: readonly AchievementType[], earned: readonly AwardKey[]): Condition[] {
  const conditions = notYetEarned(types, earned).flatMap(({ criteria }) => conditionsOf(criteria));
  return [...new Map(conditions.map((condition) => [conditionKey(condition), condition])).values()];
}

/**
 * The awards to grant now: every type satisfied and not yet earned.
 *
 * `earnedAt` is the instant of the fact that first satisfied it, so a replay of all history gives what event by event gave.
 * Of the tiers of one code that are due together only the highest recent one is pushed.
 *
 * In whatever order facts arrive, the same awards are granted in the end. Two things would break that and are dealt with:
 * a `not` can be refuted by a fact that is still on its way, so it is judged only when no more can come for that time;
 * and where late facts merge two runs, grace may make the merged run shorter than the second was (see `foldRuns`), which
 * takes back nothing: a streak a person has been shown stays awarded.
 *
 * @param facts knows at least `conditionsToRead(types, earned)`
 * @param now the present, on the server's clock
 */
export function dueAwards(
  types: readonly AchievementType[],
  facts: Facts,
  earned: readonly AwardKey[],
  now: Temporal.Instant,
  policy: AwardPolicy = defaultAwardPolicy,
): Award[] {
  const settled = now.subtract({ hours: policy.settleDays * 24 });
  const recent = now.subtract({ hours: policy.pushWithinHours });
  const due = notYetEarned(types, earned).flatMap((type) => {
    const earnedAt = satisfiedAt(type.criteria, facts);
    if (earnedAt === null || (canBeRefuted(type.criteria) && isAfter(earnedAt, settled))) return [];
    return [{ type, earnedAt, isNews: !isAfter(recent, earnedAt) }];
  });
  const news = due.filter(({ isNews }) => isNews).map(({ type }) => type);
  return due.map(({ type, earnedAt, isNews }) => ({
    ...keyOf(type),
    earnedAt,
    push: isNews && !news.some(({ code, tier }) => code === type.code && tier > type.tier),
  }));
}

function notYetEarned(types: readonly AchievementType[], earned: readonly AwardKey[]): AchievementType[] {
  const names = new Set(earned.map(awardName));
  return types.filter((type) => !names.has(awardName(keyOf(type))));
}

const keyOf = ({ id, tier }: AchievementType): AwardKey => ({ typeId: id, tier, occurrence: 1 });

const isAfter = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) > 0;

/** The problem nearest to the mistake. Criteria are a union, and on its own a union only says that nothing fits. */
function deepestProblem(issues: readonly z.core.$ZodIssue[]): string {
  const { path, message } = leavesOf(issues, []).reduce((a, b) => (b.path.length > a.path.length ? b : a));
  return `${path.join('.') || 'criteria'}: ${message}`;
}

function leavesOf(
  issues: readonly z.core.$ZodIssue[],
  above: PropertyKey[],
): { path: PropertyKey[]; message: string }[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...issue.path];
    const isUnion = issue.code === 'invalid_union' && issue.errors.length > 0;
    return isUnion ? issue.errors.flatMap((branch) => leavesOf(branch, path)) : [{ path, message: issue.message }];
  });
}
