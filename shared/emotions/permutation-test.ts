import type { Random } from '../platform/random.ts';

export type PermutationP = {
  p: number;
  /** How many orders were tried. */
  permutations: number;
};

/** The smallest p that can be found is 1 / 1000: less than what is told of needs, unless a hundred tests are made. */
const MOST = 999;

/** As soon as so many orders are as extreme as what was found, p is known well enough: nobody calls that a pattern. */
const ENOUGH = 50;

/** Rounding must not tell two equal statistics apart. */
const TOLERANCE = 1e-9;

/**
 * The share of random orders whose statistic is at least as large as the one `found`. `drawn` makes the next order and
 * gives its statistic.
 * Source: Besag & Clifford 1991, "Sequential Monte Carlo p-values", Biometrika 78(2).
 */
export function permutationP(found: number, drawn: () => number): PermutationP {
  const threshold = found - TOLERANCE * Math.abs(found);
  let extreme = 0;
  for (let tried = 1; tried <= MOST; tried++) {
    if (drawn() >= threshold) extreme++;
    if (extreme === ENOUGH) return { p: extreme / tried, permutations: tried };
  }
  return { p: (extreme + 1) / (MOST + 1), permutations: MOST };
}

/** A whole number in [0, below). */
export const below = (limit: number, random: Random): number => Math.floor(random() * limit);

/** Puts the numbers in an order in which each is as likely as any (Fisher–Yates), in place. */
export function shuffle(numbers: Int32Array, random: Random): void {
  for (let last = numbers.length - 1; last > 0; last--) {
    const other = below(last + 1, random);
    [numbers[last], numbers[other]] = [numbers[other] as number, numbers[last] as number];
  }
}
