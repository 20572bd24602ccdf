import type { Random } from '../platform/random.ts';
import { at } from './column.ts';
import { weekNumber } from './day-number.ts';
import { below } from './permutation-test.ts';

/** First and, not included, last position of a stretch of a series. */
type Stretch = readonly [from: number, to: number];

/** Where a series may be turned: its weeks, and the days within them that hold more than one value. */
export type WeeksAndDays = { weeks: readonly Stretch[]; days: readonly Stretch[] };

/** `dates` are the local dates of the values, in order of time. Weeks begin on Mondays. */
export function weeksAndDays(dates: readonly string[]): WeeksAndDays {
  return { weeks: stretches(dates.map(weekNumber)), days: stretches(dates).filter(([from, to]) => to - from > 1) };
}

/**
 * Writes into `order`, for each place, the position of the value that is to stand there: an order in which no calendar
 * pattern is left and everything else is. Each week is turned by a random number of places, and so is each day within it.
 * No value leaves its week, and neighbours stay neighbours except where a turn is cut, so that a bad week stays a bad week
 * and moods still carry over: shuffling single values instead would make chance look rarer than it is.
 */
export function turn(order: Int32Array, { weeks, days }: WeeksAndDays, random: Random): void {
  for (let i = 0; i < order.length; i++) order[i] = i;
  for (const week of weeks) turnWithin(order, week, random);
  for (const day of days) turnWithin(order, day, random);
}

function turnWithin(order: Int32Array, [from, to]: Stretch, random: Random): void {
  const cut = from + below(to - from, random);
  if (cut === from) return;
  // Turning is reversing both parts and then the whole.
  reverse(order, from, cut);
  reverse(order, cut, to);
  reverse(order, from, to);
}

function reverse(order: Int32Array, from: number, to: number): void {
  for (let i = from, j = to - 1; i < j; i++, j--) {
    const first = at(order, i);
    order[i] = at(order, j);
    order[j] = first;
  }
}

function stretches(names: readonly (string | number)[]): Stretch[] {
  const starts = names.flatMap((name, i) => (name === names[i - 1] ? [] : [i]));
  return starts.map((from, i) => [from, starts[i + 1] ?? names.length]);
}
