import { sortCountingInversions } from './inversions.ts';
import { twoSidedP } from './normal.ts';
import { sortedByTime, type TimePoint } from './time-point.ts';

export type MannKendall = {
  /** Rising pairs minus falling pairs. */
  s: number;
  /** Variance of S were the values independent, corrected for ties. */
  variance: number;
  z: number;
  /** Two-sided. */
  p: number;
};

/**
 * Mann–Kendall test for a monotonic trend, as if the values were independent of each other; O(n log n).
 * Sources: Mann 1945; Kendall 1975; pairs counted as in Knight 1966.
 * @throws RangeError on two values at one time.
 */
export function mannKendall(points: readonly TimePoint[]): MannKendall {
  const values = sortedByTime(points).map(({ y }) => y);
  const s = risingMinusFalling(values);
  const variance = varianceOfS(values);
  const z = standardised(s, variance);
  return { s, variance, z, p: twoSidedP(z) };
}

/** z of S with Kendall's continuity correction; 0 where S cannot vary. */
export const standardised = (s: number, variance: number): number =>
  variance > 0 ? (s - Math.sign(s)) / Math.sqrt(variance) : 0;

/** Variance of S of independent values: [n(n − 1)(2n + 5) − Σ u(u − 1)(2u + 5)] / 18 over groups of u tied values. */
export function varianceOfS(values: readonly number[]): number {
  const term = (n: number) => (n * n - n) * (2 * n + 5);
  return (term(values.length) - tieSizes(values).reduce((sum, size) => sum + term(size), 0)) / 18;
}

function risingMinusFalling(values: readonly number[]): number {
  const n = values.length;
  const tiedPairs = tieSizes(values).reduce((sum, size) => sum + (size * size - size) / 2, 0);
  const notRising = sortCountingInversions(
    Float64Array.from(values),
    Int32Array.from(values, (_, i) => i),
  );
  const falling = notRising - tiedPairs;
  return (n * n - n) / 2 - tiedPairs - 2 * falling;
}

const tieSizes = (values: readonly number[]): number[] => {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()];
};
