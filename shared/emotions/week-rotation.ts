import type { Random } from '../platform/random.ts';
import { weekNumber } from './day-number.ts';
import { below } from './permutation-test.ts';

/** First and, not included, last position of a stretch of a series. */
type Stretch = { from: number; to: number };

/** A week of a series, and its days. */
export type Week = Stretch & { days: readonly Stretch[] };

/** `dates` are the local dates of the values, in order of time. Weeks begin on Mondays. */
export function weeksOf(dates: readonly string[]): Week[] {
  const days = stretches(dates);
  const weeks = stretches(days.map(({ from }) => weekNumber(dates[from] ?? '')));
  return weeks.map((week) => {
    const ofWeek = days.slice(week.from, week.to);
    return { from: ofWeek[0]?.from ?? 0, to: ofWeek.at(-1)?.to ?? 0, days: ofWeek };
  });
}

/**
 * Writes into `order`, for each place, the position of the value that is to stand there: an order in which no calendar
 * pattern is left and everything else is. Each week is turned by a random number of places, and so is each day within it.
 * No value leaves its week, and neighbours stay neighbours except where a turn is cut, so that a bad week stays a bad week
 * and moods still carry over: shuffling single values instead would make chance look rarer than it is.
 */
export function turn(order: Int32Array, weeks: readonly Week[], random: Random): void {
  for (const week of weeks) {
    const byWeek = below(week.to - week.from, random);
    for (const day of week.days) {
      const byDay = day.to - day.from === 1 ? 0 : below(day.to - day.from, random);
      for (let place = day.from; place < day.to; place++)
        order[place] = turned(turned(place, byDay, day), byWeek, week);
    }
  }
}

const turned = (place: number, by: number, { from, to }: Stretch): number =>
  place + by < to ? place + by : place + by - (to - from);

function stretches(names: readonly (string | number)[]): Stretch[] {
  const starts = names.flatMap((name, i) => (name === names[i - 1] ? [] : [i]));
  return starts.map((from, i) => ({ from, to: starts[i + 1] ?? names.length }));
}
