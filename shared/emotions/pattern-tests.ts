import { seededRandom } from '../platform/random.ts';
import { type ActivityTest, activityTests } from './activity-tests.ts';
import { type CalendarPattern, calendarPattern } from './calendar-pattern.ts';
import {
  type CalendarValue,
  type DailyMoods,
  dailyMoods,
  valuesByPartOfDay,
  valuesByWeekday,
} from './calendar-values.ts';
import { type Weekday, weekdays } from './day-number.ts';
import { type DayMedian, dayMedians, timePoints } from './day-series.ts';
import { type DistributionShift, distributionShift, weeksFrom } from './distribution-shift.ts';
import type { FeltMood } from './felt-mood.ts';
import { gates, shortfall, type Tested } from './gates.ts';
import type { Doing } from './mood-intervals.ts';
import { type PartOfDay, partsOfDay } from './part-of-day.ts';
import { trendOf } from './trend.ts';
import type { TrendWindow } from './trend-window.ts';

/** Everything of a person that patterns are looked for in. */
export type PatternHistory = { moods: readonly FeltMood[]; journals: readonly Doing[] };

export type Dates = Pick<TrendWindow, 'from' | 'to'>;

export type ShiftTest = DistributionShift & {
  previous: Dates;
  categories: { category: string; now: number; before: number }[];
};

/** The tests of one window, before anything is known of the others. */
export type PatternTests = {
  weekday: Tested<CalendarPattern<Weekday>>;
  partOfDay: Tested<CalendarPattern<PartOfDay>>;
  activities: ActivityTest[];
  shift: Tested<ShiftTest>;
};

export const inside = <Mood extends { localDate: string }>(moods: readonly Mood[], { from, to }: Dates): Mood[] =>
  moods.filter(({ localDate }) => localDate >= from && localDate <= to);

/**
 * `previous` is the window before, null where there is none; `twin` the tests of another window that holds the same moods.
 * Each test begins anew with the seed.
 */
export function patternTests(
  { moods, journals }: PatternHistory,
  dates: Dates,
  { previous, twin, seed }: { previous: Dates | null; twin: PatternTests | undefined; seed: number },
): PatternTests {
  const felt = inside(moods, dates);
  const shift = shiftTest(felt, dates, previous ? inside(moods, previous) : [], previous, seed);
  if (twin) return { ...twin, shift };
  const daily = dailyMoods(felt);
  return {
    weekday: weekdayTest(daily, seed),
    partOfDay: partOfDayTest(daily, seed),
    activities: activityTests(felt, journals),
    shift,
  };
}

function weekdayTest(daily: DailyMoods, seed: number): PatternTests['weekday'] {
  const values = valuesByWeekday(daily);
  const weeks = Math.min(...weekdays.map((weekday) => countOf(values, weekday)));
  return shortfall([weeks, gates.weekday.weeks, 'weeks']) ?? calendarPattern(values, weekdays, seededRandom(seed));
}

function partOfDayTest(daily: DailyMoods, seed: number): PatternTests['partOfDay'] {
  const values = valuesByPartOfDay(daily);
  const counts = partsOfDay.map((part) => countOf(values, part));
  const [, second = 0] = counts.toSorted((a, b) => b - a);
  const compared = partsOfDay.filter((part) => countOf(values, part) >= gates.partOfDay.values);
  return shortfall([second, gates.partOfDay.values, 'values']) ?? calendarPattern(values, compared, seededRandom(seed));
}

const countOf = <Group>(values: readonly CalendarValue<Group>[], group: Group): number =>
  values.filter((value) => value.group === group).length;

function shiftTest(
  now: readonly FeltMood[],
  dates: Dates,
  before: readonly FeltMood[],
  previous: Dates | null,
  seed: number,
): PatternTests['shift'] {
  const [daysNow, daysBefore] = [dayMedians(now), dayMedians(before)];
  const weeksNow = weeksFrom(dates.from, daysNow);
  const weeksBefore = weeksFrom(previous?.from ?? dates.from, daysBefore);
  const closed = shortfall(
    [Math.min(daysNow.length, daysBefore.length), gates.shift.days, 'days'],
    [Math.min(weeksNow.length, weeksBefore.length), gates.shift.weeks, 'weeks'],
  );
  if (closed || !previous) return closed ?? { insufficient: { have: 0, need: gates.shift.days, unit: 'days' } };
  return {
    previous,
    ...distributionShift(weeksNow, weeksBefore, carryOverOf([...daysBefore, ...daysNow]), seededRandom(seed)),
    categories: categoryShares(now, before),
  };
}

/** From day to day, measured around a line through both windows. */
const carryOverOf = (series: readonly DayMedian[]): number => trendOf(timePoints(series)).corrected.phi;

function categoryShares(now: readonly FeltMood[], before: readonly FeltMood[]): ShiftTest['categories'] {
  const share = (moods: readonly FeltMood[], name: string) =>
    moods.filter(({ category }) => category === name).length / moods.length;
  const names = new Set([...now, ...before].map(({ category }) => category));
  return [...names]
    .sort()
    .map((category) => ({ category, now: share(now, category), before: share(before, category) }));
}
