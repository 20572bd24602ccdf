import padjust from '@stdlib/stats-padjust';

/**
 * The q value of each p of one family of tests: the smallest false discovery rate at which it would be told. Of all that is
 * told at q ≤ .10, one in ten is expected to be chance; of people without any pattern, one in ten is told of one.
 * Source: Benjamini & Hochberg 1995.
 */
export function qValues(family: readonly number[]): ReadonlyMap<number, number> {
  if (family.length === 0) return new Map();
  const q = padjust([...family], 'bh');
  return new Map(family.map((p, i) => [p, q[i] ?? 1]));
}
