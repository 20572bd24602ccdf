import { dayNumber } from './day-number.ts';
import { median } from './level.ts';
import type { MoodPoint } from './mood.ts';
import type { TimePoint } from './time-point.ts';

/** One local day: the median mood of its `n` check-ins. */
export type DayMedian = { date: string; value: number; n: number };

/** A day of twenty check-ins weighs no more than a day of one: bursts are reduced to the day's median. Oldest first. */
export function dayMedians(points: readonly MoodPoint[]): DayMedian[] {
  const byDate = Map.groupBy(points, ({ localDate }) => localDate);
  return [...byDate]
    .map(([date, ofDay]) => ({ date, value: median(ofDay.map(({ value }) => value)), n: ofDay.length }))
    .sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** The series as (t, y): t is the difference of local dates in days from the first, gaps kept as they are. */
export function timePoints(series: readonly DayMedian[]): TimePoint[] {
  const [first] = series;
  if (!first) return [];
  const start = dayNumber(first.date);
  return series.map(({ date, value }) => ({ t: dayNumber(date) - start, y: value }));
}
