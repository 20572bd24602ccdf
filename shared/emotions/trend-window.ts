import { z } from 'zod';
import { localDateOf } from '../platform/time/local-date.ts';

/** How far back an analysis looks, in local days with today as the last; `all` reaches to the first check-in. */
export const TrendWindowName = z.literal([7, 30, 90, 365, 'all']);
export type TrendWindowName = z.infer<typeof TrendWindowName>;

/** Local dates, both included. */
export const TrendWindow = z.strictObject({
  from: z.iso.date().meta({ description: 'First local date, included' }),
  to: z.iso.date().meta({ description: 'Last local date, included' }),
  timeZone: z.string().meta({ description: 'IANA zone in which "today" was taken' }),
});
export type TrendWindow = z.infer<typeof TrendWindow>;

/**
 * The dates that a window's name stands for on the local date `today`. `firstDate` is the date of the oldest check-in,
 * null without any: then `all` is today alone.
 */
export function trendWindow(
  name: TrendWindowName,
  { today, timeZone, firstDate }: { today: string; timeZone: string; firstDate: string | null },
): TrendWindow {
  if (name === 'all') return { from: earlier(firstDate ?? today, today), to: today, timeZone };
  const from = Temporal.PlainDate.from(today).subtract({ days: name - 1 });
  return { from: from.toString(), to: today, timeZone };
}

/**
 * Where the person is, as far as their facts say: `timeZone` is that of the latest check-in, `cutOffHours` when their day
 * ends, `firstDate` the date of the oldest check-in.
 */
export type Place = { timeZone: string; cutOffHours: number; firstDate: string | null };

/** The dates a window's name stands for now. */
export function datesOf(name: TrendWindowName, place: Place, now: Temporal.Instant): TrendWindow {
  const today = localDateOf(now, place.timeZone, place.cutOffHours).toString();
  return trendWindow(name, { today, timeZone: place.timeZone, firstDate: place.firstDate });
}

/** The dates of the window directly before, just as long; null for `all`, before which there is nothing. */
export function previousDates(name: TrendWindowName, { from }: TrendWindow): { from: string; to: string } | null {
  if (name === 'all') return null;
  const first = Temporal.PlainDate.from(from);
  return { from: first.subtract({ days: name }).toString(), to: first.subtract({ days: 1 }).toString() };
}

/** Whoever flew east may have checked in on a local date that "today" here has not reached. */
const earlier = (a: string, b: string) => (a < b ? a : b);
