import type { CalendarPattern } from './calendar-pattern.ts';
import { qValues } from './false-discovery-rate.ts';
import { gates, isInsufficient } from './gates.ts';
import { PATTERN_METHOD, PATTERN_VERSION, type PatternAnswer } from './pattern-answer.ts';
import { type PatternPolicy, tierOf } from './pattern-policy.ts';
import { inside, type PatternHistory, type PatternTests, patternTests } from './pattern-tests.ts';
import { previousDates, type TrendWindow, type TrendWindowName } from './trend-window.ts';

export type NamedWindow = { name: TrendWindowName; window: TrendWindow };
export type NamedPatterns = { name: TrendWindowName; answer: PatternAnswer };

/** The tests of a window and what names it: of one run there are as many as windows. */
export type WindowTests = NamedWindow & { tests: PatternTests; n: number; days: number };

const PATTERN_SEED = 1;

/**
 * What can be said of one window without the others: the costly part, one window at a time. `earlier` are windows of the same
 * run: one that ends on the same date and holds as many check-ins holds the same ones, as `all` does in a first year.
 */
export function testWindow(
  history: PatternHistory,
  { name, window }: NamedWindow,
  earlier: readonly WindowTests[] = [],
): WindowTests {
  const felt = inside(history.moods, window);
  const twin = earlier.find((other) => other.n === felt.length && other.window.to === window.to)?.tests;
  return {
    name,
    window,
    tests: patternTests(history, window, { previous: previousDates(name, window), twin, seed: PATTERN_SEED }),
    n: felt.length,
    days: new Set(felt.map(({ localDate }) => localDate)).size,
  };
}

/**
 * Turns the tests of all windows of one run into answers. All tests are one family, whatever their window, so that somebody
 * without any pattern is told of one in one run of ten at most, however many windows they look at.
 */
export function patternAnswers(windows: readonly WindowTests[], policy: PatternPolicy): NamedPatterns[] {
  const p = windows.flatMap(({ tests }) => pValuesOf(tests)).sort((a, b) => a - b);
  const q = qValues(p);
  return windows.map(({ name, window, tests, n, days }) => ({
    name,
    answer: {
      window,
      n,
      days,
      method: PATTERN_METHOD,
      version: PATTERN_VERSION,
      seed: PATTERN_SEED,
      run: { p, ...policy },
      ...told(tests, (test) => q.get(test.p) ?? 1, policy),
    },
  }));
}

const pValuesOf = ({ weekday, partOfDay, activities, shift }: PatternTests): number[] =>
  [weekday, partOfDay, shift, ...activities.map(({ comparison }) => comparison)].flatMap((test) =>
    isInsufficient(test) ? [] : [test.p],
  );

type Told = Pick<PatternAnswer, 'weekday' | 'partOfDay' | 'activities' | 'shift'>;
type QOf = (test: { p: number }) => number;

function told({ weekday, partOfDay, activities, shift }: PatternTests, qOf: QOf, policy: PatternPolicy): Told {
  return {
    weekday: isInsufficient(weekday)
      ? weekday
      : calendarAnswer(weekday, qOf(weekday), nthLargest(weekday, 7) >= gates.weekday.clearWeeks, policy),
    partOfDay: isInsufficient(partOfDay)
      ? partOfDay
      : calendarAnswer(partOfDay, qOf(partOfDay), nthLargest(partOfDay, 2) >= gates.partOfDay.clearValues, policy),
    activities: activities.map(({ kind, toolId, comparison }) => ({
      kind,
      toolId,
      comparison: isInsufficient(comparison) ? comparison : activityAnswer(comparison, qOf(comparison), policy),
    })),
    shift: isInsufficient(shift) ? shift : shiftAnswer(shift, qOf(shift), policy),
  };
}

/** How many values the nth of the groups has: all weekdays need enough, of the parts of the day only two. */
const nthLargest = ({ groups }: CalendarPattern<unknown>, nth: number): number =>
  groups.map(({ n }) => n).sort((a, b) => b - a)[nth - 1] ?? 0;

function calendarAnswer<Group>(
  { furthest, ...pattern }: CalendarPattern<Group>,
  q: number,
  isLong: boolean,
  policy: PatternPolicy,
) {
  const { epsilonSquared, medianDifference: points } = pattern;
  const tier = tierOf({ q, points, epsilonSquared, isLong }, policy);
  const summary = pattern.groups.find(({ group }) => group === furthest.group);
  const standsOut = summary && { ...furthest, count: summary[furthest.direction], of: summary.n };
  return { ...pattern, q, tier, standsOut: tier === 'not_enough' || !standsOut ? null : standsOut };
}

type Made<Test> = Exclude<Test, { insufficient: unknown }>;

function activityAnswer(
  comparison: Made<PatternTests['activities'][number]['comparison']>,
  q: number,
  policy: PatternPolicy,
) {
  const isLong = comparison.nonZero >= gates.activity.clearPairs;
  return { ...comparison, q, tier: tierOf({ q, points: comparison.shift, isLong }, policy) };
}

function shiftAnswer(shift: Made<PatternTests['shift']>, q: number, policy: PatternPolicy) {
  const isLong = Math.min(shift.daysNow, shift.daysBefore) >= gates.shift.clearDays;
  return { ...shift, q, tier: tierOf({ q, points: shift.distance, isLong }, policy) };
}
