import { longRunInflation } from './autocorrelation-correction.ts';
import { midranks } from './midranks.ts';

export type Pettitt = {
  /** Index of the first value of the new level. */
  index: number;
  /** The largest |U|. */
  u: number;
  /** Approximate two-sided p, 2·exp(−6u² / (n³ + n²)), at most 1. */
  p: number;
};

/**
 * Pettitt's test for one change of level in a series in order of time, as if its values were independent; O(n log n).
 * Fewer than two values have no change: p = 1.
 * Source: Pettitt 1979, Applied Statistics 28(2).
 */
export function pettitt(values: readonly number[]): Pettitt {
  const n = values.length;
  let sum = 0;
  let [index, u] = [1, 0];
  for (const [i, rank] of midranks(values).slice(0, -1).entries()) {
    sum += 2 * rank - (n + 1);
    if (Math.abs(sum) > u) [index, u] = [i + 1, Math.abs(sum)];
  }
  return { index, u, p: pettittP(u, n) };
}

/** `inflation` is how many times larger the variance of U is than for independent values. */
const pettittP = (u: number, n: number, inflation = 1): number =>
  u === 0 ? 1 : Math.min(1, 2 * Math.exp((-6 * u ** 2) / ((n ** 3 + n ** 2) * inflation)));

/** The same of moods, which carry over from day to day by `phi`: `carriedP` allows for it. */
export function changePointOfMoods(values: readonly number[], phi: number): Pettitt & { carriedP: number } {
  const found = pettitt(values);
  return { ...found, carriedP: pettittP(found.u, values.length, longRunInflation(phi)) };
}
