import type { Random } from '../platform/random.ts';
import { at } from './column.ts';
import { below } from './permutation-test.ts';

/** First and, not included, last position of a stretch of a series. */
type Stretch = readonly [from: number, to: number];

/** Where a series may be turned: its weeks, and the days within them that hold more than one value. */
export type WeeksAndDays = { weeks: readonly Stretch[]; days: readonly Stretch[] };

/** `dates` are the local dates of the values, in order of time. Weeks begin on Mondays. */
export function weeksAndDays(dates: readonly string[]): WeeksAndDays {
  return { weeks: stretches(dates.map(weekOf)), days: stretches(dates).filter(([from, to]) => to - from > 1) };
}

/**
 * Another order of the values in which no calendar pattern is left and everything else is: each week is turned by a random
 * number of places, and so is each day within it. No value leaves its week, and neighbours stay neighbours except where a
 * turn is cut, so that a bad week stays a bad week and moods still carry over: shuffling single values instead would make
 * chance look rarer than it is.
 */
export function turned(values: Float64Array, { weeks, days }: WeeksAndDays, random: Random): Float64Array {
  const byWeek = turnedWithin(values, weeks, random);
  return days.length === 0 ? byWeek : turnedWithin(byWeek, days, random);
}

function turnedWithin(values: Float64Array, within: readonly Stretch[], random: Random): Float64Array {
  const result = values.slice();
  for (const [from, to] of within) {
    const by = below(to - from, random);
    for (let i = from; i < to; i++) result[i] = at(values, i + by < to ? i + by : i + by - (to - from));
  }
  return result;
}

function stretches(names: readonly (string | number)[]): Stretch[] {
  const starts = names.flatMap((name, i) => (name === names[i - 1] ? [] : [i]));
  return starts.map((from, i) => [from, starts[i + 1] ?? names.length]);
}

/** The Monday its week begins with. */
const weekOf = (date: string): string => {
  const day = Temporal.PlainDate.from(date);
  return day.subtract({ days: day.dayOfWeek - 1 }).toString();
};
