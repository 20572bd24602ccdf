import { dayMedians, timePoints } from './day-series.ts';
import type { FeltMood } from './felt-mood.ts';
import { median } from './level.ts';
import { theilSen } from './theil-sen.ts';

/** A value of a local day, with the group it belongs to: its weekday or its part of the day. */
export type CalendarValue<Group> = {
  date: string;
  group: Group;
  /** Mood points, as recorded. */
  value: number;
  /** The same without the trend of the window. */
  detrended: number;
};

/** Monday is 1, Sunday 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;
export const weekdays: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

/** The median of each day, oldest first. */
export const valuesByWeekday = (moods: readonly FeltMood[]): CalendarValue<Weekday>[] =>
  withoutTrend(
    moods,
    dayMedians(moods).map(({ date, value }) => ({ date, group: weekdayOf(date), value })),
  );

/** The median of each part of each day in which something was recorded, in order of time. */
export function valuesByPartOfDay(moods: readonly FeltMood[]): CalendarValue<FeltMood['partOfDay']>[] {
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
  return withoutTrend(
    moods,
    values.map(({ date, group, value }) => ({ date, group, value })),
  );
}

export const weekdayOf = (date: string): Weekday => Temporal.PlainDate.from(date).dayOfWeek as Weekday;

/** A steady rise would otherwise make the later groups of a window look better than the earlier ones. */
function withoutTrend<Group>(
  moods: readonly FeltMood[],
  values: readonly Omit<CalendarValue<Group>, 'detrended'>[],
): CalendarValue<Group>[] {
  const series = dayMedians(moods);
  const points = timePoints(series);
  const slope = points.length < 2 ? 0 : theilSen(points).slope;
  const dayOf = new Map(series.map(({ date }, i) => [date, points[i]?.t ?? 0]));
  return values.map((value) => ({ ...value, detrended: rounded(value.value - slope * (dayOf.get(value.date) ?? 0)) }));
}

/** Values that are equal but for rounding errors are ties. */
const rounded = (value: number): number => Math.round(value * 1e9) / 1e9;
