import type { z } from 'zod';
import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { journalsPrintSql } from './mood-store.ts';
import { PATTERN_VERSION, PatternAnswer } from './pattern-answer.ts';
import { ownCheckins, placeColumns } from './place-store.ts';
import { TREND_VERSION, TrendAnswer } from './trend-answer.ts';
import { datesOf, type Place, type TrendWindowName } from './trend-window.ts';

/** What is said of one window: kept together, since one reading of the facts serves both. */
export type Analyses = { trends: TrendAnswer; patterns: PatternAnswer };
export type NamedAnalyses = Analyses & { name: TrendWindowName };

/** What analyses rest on: with other facts they are no longer current. */
type Basis = { checkins: number; journalsPrint: string; computedAt: Temporal.Instant };

/** Keeps analyses, unless newer ones are kept already. */
export async function saveAnalyses(
  tx: Transaction,
  userId: UserId,
  analyses: readonly NamedAnalyses[],
  { checkins, journalsPrint, computedAt }: Basis,
): Promise<void> {
  await tx.query(SAVE, [
    userId,
    analyses.map(({ name }) => String(name)),
    analyses.map(({ trends, patterns }) => JSON.stringify({ trends, patterns, journals: journalsPrint })),
    checkins,
    computedAt.toString(),
  ]);
}

const SAVE = `
  insert into trend_result (user_id, window_days, answer, checkins, computed_at)
  select account.id, new.name, new.answer::jsonb, $4, $5
  from account cross join unnest($2::text[], $3::text[]) as new (name, answer)
  where account.id = $1
  on conflict (user_id, window_days) do update set
    answer = excluded.answer, checkins = excluded.checkins, computed_at = excluded.computed_at
  where trend_result.computed_at <= excluded.computed_at`;

/** `isCurrent`: it is for today's dates, rests on all facts there are and was made by today's method. */
export type Kept<Answer> = { answer: Answer; isCurrent: boolean };

/** The newest trends that were kept; null where there are none that can be read. */
export const readTrend = keptReader('trends', TrendAnswer, TREND_VERSION);

/** The newest patterns that were kept; null where there are none that can be read. */
export const readPatterns = keptReader('patterns', PatternAnswer, PATTERN_VERSION);

function keptReader<Topic extends keyof Analyses>(topic: Topic, schema: z.ZodType<Analyses[Topic]>, version: number) {
  return async (
    tx: Transaction,
    userId: UserId,
    name: TrendWindowName,
    now: Temporal.Instant,
  ): Promise<Kept<Analyses[Topic]> | null> => {
    const [row] = await tx.query<KeptRow>(KEPT[topic], [userId, String(name)]);
    const kept = schema.safeParse(row?.answer);
    if (!row || !kept.success) return null;
    const { window } = kept.data;
    const dates = datesOf(name, row, now);
    const isToday = window.from === dates.from && window.to === dates.to && window.timeZone === dates.timeZone;
    return { answer: kept.data, isCurrent: isToday && row.isComplete && kept.data.version === version };
  };
}

type KeptRow = Place & { answer: unknown; isComplete: boolean };

/** As many, and none recorded since: another may have been undone for it. */
const sameCheckins = `
  kept.checkins = (select count(*) from ${ownCheckins})
  and not exists (select from ${ownCheckins} where received_at > kept.computed_at)`;
const sameJournals = `kept.answer->>'journals' = ${journalsPrintSql}`;

const keptSql = (topic: keyof Analyses, isComplete: string) => `
  select ${placeColumns}, kept.answer->'${topic}' as answer, ${isComplete} as "isComplete"
  from account
  join trend_result kept on kept.user_id = account.id and kept.window_days = $2
  where account.id = $1`;

const KEPT = {
  trends: keptSql('trends', sameCheckins),
  patterns: keptSql('patterns', `${sameCheckins} and ${sameJournals}`),
};
