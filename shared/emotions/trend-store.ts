import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { localDateOf } from '../platform/time/local-date.ts';
import { type MoodPoint, moodValue } from './mood.ts';
import { TREND_VERSION, TrendAnswer } from './trend-answer.ts';
import { type TrendWindow, type TrendWindowName, trendWindow } from './trend-window.ts';

/** All check-ins of a person as the statistics see them, and what fixes the dates of a window. */
export type MoodHistory = { points: MoodPoint[]; place: TrendPlace };

/** `timeZone` is that of the latest check-in: where the person is, as far as their facts say. */
type TrendPlace = { timeZone: string; cutOffHours: number; firstDate: string | null };

/** Null once the account has been erased. */
export async function readMoods(tx: Transaction, userId: UserId): Promise<MoodHistory | null> {
  const [[place], rows] = await Promise.all([
    tx.query<TrendPlace>(PLACE, [userId]),
    tx.query<MoodRow>(MOODS, [userId]),
  ]);
  if (!place) return null;
  const points = rows.map(({ occurredAtMs, localDate, valence, intensity }) => ({
    occurredAtMs,
    localDate,
    value: moodValue(valence, intensity),
  }));
  return { points, place };
}

type MoodRow = { occurredAtMs: number; localDate: string; valence: number; intensity: number };

const placeColumns = `
  account.day_cut_off as "cutOffHours",
  coalesce((select time_zone from checkin where user_id = $1 order by occurred_at desc, id desc limit 1),
           account.time_zone) as "timeZone",
  (select min(local_date)::text from checkin where user_id = $1) as "firstDate"`;

const PLACE = `select ${placeColumns} from account where account.id = $1`;

const MOODS = `
  select (extract(epoch from occurred_at) * 1000)::float8 as "occurredAtMs", local_date::text as "localDate", valence, intensity
  from checkin join emotion_type on emotion_type.id = emotion_type_id where user_id = $1`;

/** The dates a window's name stands for now. */
export function datesOf(name: TrendWindowName, place: TrendPlace, now: Temporal.Instant): TrendWindow {
  const today = localDateOf(now, place.timeZone, place.cutOffHours).toString();
  return trendWindow(name, { today, timeZone: place.timeZone, firstDate: place.firstDate });
}

export type NamedTrend = { name: TrendWindowName; answer: TrendAnswer };

/** Keeps answers that rest on `checkins` check-ins in all, unless newer ones are kept already. */
export async function saveTrends(
  tx: Transaction,
  userId: UserId,
  trends: readonly NamedTrend[],
  { checkins, computedAt }: { checkins: number; computedAt: Temporal.Instant },
): Promise<void> {
  await tx.query(SAVE, [
    userId,
    trends.map(({ name }) => String(name)),
    trends.map(({ answer }) => JSON.stringify(answer)),
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

/** `isCurrent`: it is for today's dates, rests on all check-ins there are and was made by today's method. */
export type KeptTrend = { answer: TrendAnswer; isCurrent: boolean };

/** The newest answer that was kept; null where there is none that can be read. */
export async function readTrend(
  tx: Transaction,
  userId: UserId,
  name: TrendWindowName,
  now: Temporal.Instant,
): Promise<KeptTrend | null> {
  const [row] = await tx.query<KeptRow>(KEPT, [userId, String(name)]);
  const kept = TrendAnswer.safeParse(row?.answer);
  if (!row || !kept.success) return null;
  const { window, version } = kept.data;
  const dates = datesOf(name, row, now);
  const isToday = window.from === dates.from && window.to === dates.to && window.timeZone === dates.timeZone;
  return { answer: kept.data, isCurrent: isToday && row.isComplete && version === TREND_VERSION };
}

type KeptRow = TrendPlace & { answer: unknown; isComplete: boolean };

const KEPT = `
  select ${placeColumns}, kept.answer,
         kept.checkins = (select count(*) from checkin where user_id = $1) as "isComplete"
  from account
  join trend_result kept on kept.user_id = account.id and kept.window_days = $2
  where account.id = $1`;
