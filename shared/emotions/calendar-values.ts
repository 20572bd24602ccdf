import { dayNumber, type Weekday, weekdayOf } from './day-number.ts';
import { type DayMedian, dayMedians, timePoints } from './day-series.ts';
import type { FeltMood } from './felt-mood.ts';
import { median } from './level.ts';
import { rounded } from './rounding.ts';
import { theilSen } from './theil-sen.ts';

/** Moods with their days' medians and the slope of those, in mood points per day: what every value is freed of. */
export type DailyMoods = { moods: readonly FeltMood[]; series: readonly DayMedian[]; slope: number };

export function dailyMoods(moods: readonly FeltMood[]): DailyMoods {
  const series = dayMedians(moods);
  return { moods, series, slope: series.length < 2 ? 0 : theilSen(timePoints(series)).slope };
}

/** A value of a local day, with the group it belongs to: its weekday or its part of the day. */
export type CalendarValue<Group> = {
  date: string;
  group: Group;
  /** Mood points, as recorded. */
  value: number;
  /** The same without the trend of the window: a steady rise would make later groups look better than earlier ones. */
  detrended: number;
};

/** The median of each day, oldest first. */
export const valuesByWeekday = ({ series, slope }: DailyMoods): CalendarValue<Weekday>[] =>
  series.map(({ date, value }) => ({ date, group: weekdayOf(date), value, detrended: detrended(date, value, slope) }));

/** The median of each part of each day in which something was recorded, in order of time. */
export function valuesByPartOfDay({ moods, slope }: DailyMoods): CalendarValue<FeltMood['partOfDay']>[] {
  const byPart = Map.groupBy(moods, ({ localDate, partOfDay }) => `${localDate} ${partOfDay}`);
  const values = [...byPart.values()].flatMap((ofPart) => {
    const [first] = ofPart;
    if (!first) return [];
    const startMs = ofPart.reduce((earliest, { occurredAtMs }) => Math.min(earliest, occurredAtMs), Infinity);
    const value = median(ofPart.map((mood) => mood.value));
    return [{ date: first.localDate, group: first.partOfDay, value, startMs }];
  });
  // By date first: whoever flew west lives hours of one date after some of the next.
  values.sort((a, b) => (a.date === b.date ? a.startMs - b.startMs : a.date < b.date ? -1 : 1));
  return values.map(({ date, group, value }) => ({ date, group, value, detrended: detrended(date, value, slope) }));
}

/** Values that are equal but for rounding errors are ties. */
const detrended = (date: string, value: number, slope: number): number => rounded(value - slope * dayNumber(date));
