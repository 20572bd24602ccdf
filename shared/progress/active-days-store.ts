import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import type { ActiveDay, Run } from './run.ts';
import { type DateSpan, foldRuns, refoldStart, spliceRuns } from './streak.ts';

/** A span of dates as SQL gives it; both null for none. */
export type SpanRow = { from: string | null; to: string | null };

/** The span of a row, null for none. */
export const spanOf = ({ from, to }: SpanRow): DateSpan | null =>
  from === null || to === null ? null : { from: Temporal.PlainDate.from(from), to: Temporal.PlainDate.from(to) };

/** The runs as they are after `change`, reading no more days than that takes; all of them where there are no runs yet. */
export async function runsAfter(
  tx: Transaction,
  userId: UserId,
  runs: readonly Run[] | null,
  change: DateSpan | null,
): Promise<Run[]> {
  if (runs === null) return foldRuns(...(await daysSince(tx, userId, null)));
  if (change === null) return [...runs];
  return spliceRuns(runs, change, ...(await daysSince(tx, userId, refoldStart(runs, change))));
}

async function daysSince(
  tx: Transaction,
  userId: UserId,
  start: Temporal.PlainDate | null,
): Promise<[days: ActiveDay[], freezes: Temporal.PlainDate[]]> {
  const from = start?.toString() ?? '-infinity';
  const [days, freezes] = await Promise.all([
    tx.query<{ date: string; zones: string[] }>(DAYS, [userId, from]),
    tx.query<{ date: string }>(FREEZES, [userId, from]),
  ]);
  return [
    days.map(({ date, zones }) => ({ date: Temporal.PlainDate.from(date), zones })),
    freezes.map(({ date }) => Temporal.PlainDate.from(date)),
  ];
}

const DAYS = `
  select local_date::text as date, array_agg(distinct time_zone) as zones
  from activity where user_id = $1 and counts and local_date >= $2 group by local_date`;

const FREEZES = `select local_date::text as date from streak_freeze where user_id = $1 and local_date >= $2`;
