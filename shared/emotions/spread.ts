import { mean, median } from './level.ts';
import { inOrderOfTime, type MoodPoint, moodScale } from './mood.ts';
import { snappedToZero } from './rounding.ts';

/** Sample standard deviation (n − 1), in mood points; 0 of a single value, and of equal ones. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return snappedToZero(Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)));
}

/**
 * The SD as a share (0 … 1) of the largest SD that `n` values with this mean can have on a bounded scale: a person
 * close to the end of the scale has no room to vary. Null where that largest SD is 0.
 * Source: Mestdagh et al. 2018, "Sidelining the mean", Psychological Methods 23(4).
 */
export function relativeStandardDeviation(
  values: readonly number[],
  scale: { min: number; max: number } = moodScale,
): number | null {
  const largest = largestStandardDeviation(mean(values), values.length, scale);
  return largest > 0 ? Math.min(1, standardDeviation(values) / largest) : null;
}

/** The largest SD of `n` values with that mean: all of them at the ends of the scale, √((mean − min)(max − mean) · n / (n − 1)). */
export function largestStandardDeviation(atMean: number, n: number, scale: { min: number; max: number }): number {
  const room = Math.max(0, (atMean - scale.min) * (scale.max - atMean));
  return n < 2 ? 0 : Math.sqrt((room * n) / (n - 1));
}

/**
 * Instability: the root mean square of successive differences within a day, in mood points, each divided by the square
 * root of its interval over the median interval, so that a long pause does not pass for a large swing. No pair spans a
 * night. NaN without any pair.
 * Source: Jahng, Wood & Trull 2008, Psychological Methods 13(4), with λ = ½ (variance grows with time).
 */
export function instability(points: readonly MoodPoint[]): { rmssd: number; pairs: number } {
  const steps = stepsWithinDays(points);
  const usual = median(steps.map(({ ms }) => ms));
  const squares = steps.map(({ ms, change }) => change ** 2 / relativeInterval(ms, usual));
  return { rmssd: Math.sqrt(mean(squares)), pairs: steps.length };
}

/** Bursts of check-ins a minute apart would otherwise be blown up without limit. */
const SHORTEST_RELATIVE_INTERVAL = 0.5;

const relativeInterval = (ms: number, usual: number) =>
  usual > 0 ? Math.max(SHORTEST_RELATIVE_INTERVAL, ms / usual) : 1;

const stepsWithinDays = (points: readonly MoodPoint[]) =>
  inOrderOfTime(points).flatMap((point, i, ordered) => {
    const before = ordered[i - 1];
    if (before?.localDate !== point.localDate) return [];
    return [{ ms: point.occurredAtMs - before.occurredAtMs, change: point.value - before.value }];
  });
