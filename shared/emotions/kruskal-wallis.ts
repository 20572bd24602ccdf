import { at } from './column.ts';
import { midranks } from './midranks.ts';

export type KruskalWallis = {
  /** Kruskal and Wallis's H, corrected for ties. 0 where nothing varies. */
  h: number;
  /** ε² = H / (n − 1): the share (0 … 1) of the variance of the ranks that lies between the groups. */
  epsilonSquared: number;
};

/** A value's rank and the number (0 …) of the group it belongs to, by position; `sizes` of the groups by number. */
export type RankedGroups = { ranks: Float64Array; groups: Int32Array; sizes: readonly number[] };

/** Ranks the values over all groups. `groups` are numbers from 0 without a gap. */
export function rankedGroups(values: readonly number[], groups: readonly number[]): RankedGroups {
  const sizes: number[] = [];
  for (const group of groups) sizes[group] = (sizes[group] ?? 0) + 1;
  return { ranks: Float64Array.from(midranks(values)), groups: Int32Array.from(groups), sizes };
}

/**
 * How far groups differ in level, by ranks: a few wild values do not count for more than their place in the order.
 * Sources: Kruskal & Wallis 1952; ε² after Tomczak & Tomczak 2014. H equals `scipy.stats.kruskal`.
 */
export function kruskalWallis(ranked: RankedGroups): KruskalWallis {
  const n = ranked.ranks.length;
  const squares = ranked.ranks.reduce((sum, rank) => sum + (rank - (n + 1) / 2) ** 2, 0);
  if (squares === 0) return { h: 0, epsilonSquared: 0 };
  const epsilonSquared = betweenGroups(ranked) / squares;
  return { h: (n - 1) * epsilonSquared, epsilonSquared };
}

/**
 * The sum of squares of the ranks between the groups. Of all orders of the same ranks it alone varies, so that it stands in
 * for H where hundreds of orders are tried: `order` names the position of the rank that is to stand at each place.
 */
export function betweenGroups({ ranks, groups, sizes }: RankedGroups, order?: Int32Array): number {
  const sums = new Float64Array(sizes.length);
  const centre = (ranks.length + 1) / 2;
  for (let i = 0; i < ranks.length; i++) {
    const group = at(groups, i);
    sums[group] = at(sums, group) + at(ranks, order ? at(order, i) : i) - centre;
  }
  return sizes.reduce((sum, size, group) => sum + at(sums, group) ** 2 / size, 0);
}
