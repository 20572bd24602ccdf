import type { Random } from '../platform/random.ts';
import { at } from './column.ts';
import { dayNumber } from './day-number.ts';
import type { DayMedian } from './day-series.ts';
import { median } from './level.ts';
import { type PermutationP, permutationP, shuffle } from './permutation-test.ts';
import { rounded } from './rounding.ts';

export type DistributionShift = PermutationP & {
  daysNow: number;
  daysBefore: number;
  /** How far the mood of a day has to move on average for the earlier days to become the later ones, in mood points. */
  distance: number;
  /** Median day now minus median day before. */
  difference: number;
};

/** Values of whole weeks, counted from the first of the days. */
export type WeekValues = readonly number[];

/**
 * Whether days are distributed otherwise than before, in level or in spread: Wasserstein's distance between the two sets of
 * days, and how rarely chance makes one as large when whole weeks are dealt to the two windows anew. Weeks next to each other
 * are alike where moods carry over by `phi` from day to day; dealt weeks are not next to each other, so that the distance
 * found is first taken down to what they would show.
 * Source: Vallender 1974 for the distance on a line; equals `scipy.stats.wasserstein_distance`.
 */
export function distributionShift(
  now: readonly WeekValues[],
  before: readonly WeekValues[],
  phi: number,
  random: Random,
): DistributionShift {
  const weeks = [...now, ...before];
  const isNow = Int32Array.from(weeks, (_, week) => (week < now.length ? 1 : 0));
  const sorted = sortedValues(weeks);
  const distance = distanceOf(sorted, isNow);
  const { p, permutations } = permutationP(distance / neighbourhoodInflation(now.length, before.length, phi), () => {
    shuffle(isNow, random);
    return distanceOf(sorted, isNow);
  });
  return {
    daysNow: now.flat().length,
    daysBefore: before.flat().length,
    distance,
    difference: rounded(median(now.flat()) - median(before.flat())),
    p,
    permutations,
  };
}

/**
 * How many times larger the standard deviation of the difference of two runs of weeks is than that of weeks dealt at random,
 * where a day's mood is `phi` times the last one's plus news: only weeks next to each other are taken to be alike.
 */
export function neighbourhoodInflation(now: number, before: number, phi: number): number {
  if (now === 0 || before === 0) return 1;
  const alike = likenessOfNeighbours(phi);
  const neighbours = (now - 1) / now ** 2 + (before - 1) / before ** 2 - 1 / (now * before);
  const inRuns = 1 + (2 * alike * neighbours) / (1 / now + 1 / before);
  const dealt = 1 - (2 * alike) / (now + before);
  return Math.sqrt(Math.max(1, inRuns / dealt));
}

/** The correlation of the sums of two weeks in a row, every day recorded. */
function likenessOfNeighbours(phi: number): number {
  const lags = [1, 2, 3, 4, 5, 6];
  const variance = 7 + 2 * lags.reduce((sum, lag) => sum + (7 - lag) * phi ** lag, 0);
  const reach = [0, ...lags].reduce((sum, lag) => sum + phi ** lag, 0);
  return (phi * reach ** 2) / variance;
}

/** The values of a series by weeks of seven dates counted from `from`; weeks without a value are left out. */
export function weeksFrom(from: string, series: readonly DayMedian[]): WeekValues[] {
  const start = dayNumber(from);
  const weekOf = (date: string) => Math.floor((dayNumber(date) - start) / 7);
  return [...Map.groupBy(series, ({ date }) => weekOf(date)).values()].map((week) => week.map(({ value }) => value));
}

type SortedValues = { values: Float64Array; weeks: Int32Array; sizes: Int32Array };

function sortedValues(weeks: readonly WeekValues[]): SortedValues {
  const all = weeks.flatMap((week, number) => week.map((value) => ({ value, number })));
  all.sort((a, b) => a.value - b.value);
  return {
    values: Float64Array.from(all, ({ value }) => value),
    weeks: Int32Array.from(all, ({ number }) => number),
    sizes: Int32Array.from(weeks, (week) => week.length),
  };
}

/** The area between the two cumulative distributions; 0 where one of them is empty. */
function distanceOf({ values, weeks, sizes }: SortedValues, isNow: Int32Array): number {
  const nowTotal = sizes.reduce((sum, size, week) => sum + size * at(isNow, week), 0);
  const beforeTotal = values.length - nowTotal;
  if (nowTotal === 0 || beforeTotal === 0) return 0;
  let [apart, distance] = [0, 0];
  for (let i = 0; i + 1 < values.length; i++) {
    apart += at(isNow, at(weeks, i)) === 1 ? 1 / nowTotal : -1 / beforeTotal;
    distance += Math.abs(apart) * (at(values, i + 1) - at(values, i));
  }
  return distance;
}
