import signrankQuantile from '@stdlib/stats-base-dists-signrank-quantile';
import wilcoxon from '@stdlib/stats-wilcoxon';
import { at } from './column.ts';
import { median } from './level.ts';
import { NORMAL_975 } from './normal.ts';
import { rounded } from './rounding.ts';

export type SignedRank = {
  /** Differences that are not 0: the test looks at no others. */
  nonZero: number;
  /** Sum of the ranks of the positive differences. */
  v: number;
  /** Two-sided; exact up to 50 differences without ties, otherwise the normal approximation with continuity correction. */
  p: number;
};

/**
 * Wilcoxon's signed-rank test of whether paired differences lie on one side of 0. Zeros are left out. Fewer than two
 * differences tell nothing: p = 1.
 * Source: Wilcoxon 1945. Equals `scipy.stats.wilcoxon` of the differences that are not 0.
 */
export function signedRank(differences: readonly number[]): SignedRank {
  const nonZero = differences.filter((difference) => difference !== 0);
  if (nonZero.length < 2) return { nonZero: nonZero.length, v: nonZero.some((one) => one > 0) ? 1 : 0, p: 1 };
  const { statistic, pValue } = wilcoxon(nonZero);
  return { nonZero: nonZero.length, v: statistic, p: Math.min(1, pValue) };
}

export type HodgesLehmann = { shift: number; interval: [low: number, high: number] };

/**
 * The typical difference: the median of the means of all pairs of differences (each with itself too), zeros included, with
 * the interval of at least 95 % that belongs to Wilcoxon's test. NaN of nothing. O(n²) memory: give hundreds, not thousands.
 * Sources: Hodges & Lehmann 1963; interval as in R's `wilcox.test`.
 */
export function hodgesLehmann(differences: readonly number[]): HodgesLehmann {
  const means = walshMeans(differences);
  const outside = Math.max(1, outsideTheInterval(differences.length));
  return {
    shift: median([...means]),
    interval: [rounded(means[outside - 1] ?? Number.NaN), rounded(means[means.length - outside] ?? Number.NaN)],
  };
}

/** Of so many differences the exact distribution still differs from the normal one. */
const EXACT_UP_TO = 50;

/** How many of the smallest (and of the largest) means lie outside, counting the one at the limit. */
function outsideTheInterval(n: number): number {
  if (n === 0) return 1;
  if (n <= EXACT_UP_TO) return signrankQuantile(0.025, n);
  return Math.round((n * (n + 1)) / 4 - NORMAL_975 * Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24));
}

function walshMeans(differences: readonly number[]): Float64Array {
  const values = Float64Array.from(differences);
  const means = new Float64Array((values.length * (values.length + 1)) / 2);
  let place = 0;
  for (let i = 0; i < values.length; i++)
    for (let j = i; j < values.length; j++) means[place++] = (at(values, i) + at(values, j)) / 2;
  return means.sort();
}
