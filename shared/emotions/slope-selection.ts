import type { Random } from '../platform/random.ts';
import { at } from './column.ts';
import { sortCountingInversions } from './inversions.ts';
import type { TimePoint } from './time-point.ts';

/**
 * The slopes (yⱼ − yᵢ) / (tⱼ − tᵢ) that stand at `ranks` (from 0) among the slopes of all n(n − 1)/2 pairs, in O(n)
 * memory and expected O(n log n) time. `points` must be ordered by distinct times. `random` decides only how long it
 * takes: whichever way it falls, the slopes are the same up to rounding.
 *
 * A line of slope m sees exactly as many pairs out of order in y − m·t as there are slopes ≤ m. So a random sample of
 * slopes brackets the wanted one, counting checks the bracket, and what it still holds is sampled again or listed.
 * Source: Dillencourt, Mount & Netanyahu 1992, "A randomized algorithm for slope selection".
 */
export function slopesAtRanks(points: readonly TimePoint[], ranks: readonly number[], random: Random): Float64Array {
  const slopes = pairSlopes(points);
  let resolved: Resolved | undefined;
  return Float64Array.from(ranks, (rank) => {
    // Neighbouring ranks, such as the two middle ones, are mostly found together.
    if (!resolved || rank < resolved.below || rank >= resolved.upTo) resolved = resolve(slopes, rank, random);
    return resolved.slopeAt(rank);
  });
}

/** The slopes in (low, high]: those of the ranks `below` … `upTo` − 1. */
type Bracket = { low: number; below: number; high: number; upTo: number };

type Resolved = { below: number; upTo: number; slopeAt(rank: number): number };

/** A bracket of this many slopes is listed: two rounds of sampling leave about 4.5 n of them. */
const listable = (n: number) => Math.max(10_000, 16 * n);

/** Narrows the bracket around `rank` until what it holds is few enough to list, or all the same. */
function resolve(slopes: PairSlopes, rank: number, random: Random): Resolved {
  const { n } = slopes;
  let bracket: Bracket = { low: -Infinity, below: 0, high: Infinity, upTo: (n * n - n) / 2 };
  const cutAt = (slope: number) => {
    if (slope <= bracket.low || slope >= bracket.high) return;
    const count = slopes.countUpTo(slope);
    bracket = rank < count ? { ...bracket, high: slope, upTo: count } : { ...bracket, low: slope, below: count };
  };
  for (;;) {
    const { below, upTo } = bracket;
    if (upTo - below <= listable(n)) {
      const listed = slopes.list(bracket);
      return { below, upTo, slopeAt: (wanted) => nearest(listed, wanted - below) };
    }
    const sample = slopes.sample(bracket, n, random);
    const expected = ((rank - below + 0.5) / (upTo - below)) * sample.length;
    const margin = 1.5 * Math.sqrt(sample.length); // three standard errors of a sample quantile, at most
    const middle = nearest(sample, expected);
    const grain = slopes.grain(middle);
    // Moods tie a lot: one slope (often 0) may be shared by most pairs, and a bracket around it never gets small.
    // So cuts fall beside a sampled slope, on the side of the wanted one: a shared slope is shut in or left out whole.
    if (bracket.high - bracket.low <= 4 * grain) return { below, upTo, slopeAt: () => middle };
    cutAt(nearest(sample, expected - margin) + grain);
    cutAt(nearest(sample, expected + margin) - grain);
  }
}

/** The value at that place of a sorted column, or at its nearer end; NaN of an empty one. */
const nearest = (sorted: Float64Array, place: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(place)))] ?? Number.NaN;

type PairSlopes = {
  n: number;
  /** How many slopes are ≤ `slope`. */
  countUpTo(slope: number): number;
  /** All slopes of the bracket, ascending. */
  list(bracket: Bracket): Float64Array;
  /** `size` slopes drawn from the bracket with replacement, ascending. */
  sample(bracket: Bracket, size: number, random: Random): Float64Array;
  /** Slopes closer than this to `slope` cannot be told from it by comparing y − slope·t. */
  grain(slope: number): number;
};

function pairSlopes(points: readonly TimePoint[]): PairSlopes {
  const n = points.length;
  const origin = points[0]?.t ?? 0;
  const t = Float64Array.from(points, (point) => point.t - origin);
  const y = Float64Array.from(points, (point) => point.y);
  const largest = y.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const shortestGap = t.reduce((min, time, i) => (i > 0 ? Math.min(min, time - at(t, i - 1)) : min), Infinity);
  const keys = new Float64Array(n);
  const ids = new Int32Array(n);

  const key = (id: number, slope: number) =>
    Number.isFinite(slope) ? at(y, id) - slope * at(t, id) : -Math.sign(slope) * at(t, id);
  const rekey = (slope: number) => {
    for (let i = 0; i < n; i++) keys[i] = key(at(ids, i), slope);
  };
  const orderBy = (slope: number) => {
    for (let i = 0; i < n; i++) ids[i] = i;
    rekey(slope);
    return sortCountingInversions(keys, ids);
  };
  const slopeOf = (a: number, b: number) => (at(y, b) - at(y, a)) / (at(t, b) - at(t, a));

  /** Of the bracket's pairs in the order in which sorting meets them, the slopes at the ascending places; sorted. */
  const walk = ({ low, high }: Bracket, size: number, place: (i: number) => number) => {
    const found = new Float64Array(size);
    let taken = 0;
    let passed = 0;
    orderBy(low);
    rekey(high);
    sortCountingInversions(keys, ids, (buffer, from, to, id) => {
      const end = passed + to - from;
      while (taken < size && place(taken) < end) {
        found[taken] = slopeOf(at(buffer, from + place(taken) - passed), id);
        taken++;
      }
      passed = end;
    });
    return found.subarray(0, taken).sort();
  };

  return {
    n,
    countUpTo: orderBy,
    list: (bracket) => walk(bracket, bracket.upTo - bracket.below, (i) => i),
    sample(bracket, size, random) {
      const held = bracket.upTo - bracket.below;
      const places = Float64Array.from({ length: size }, () => Math.floor(random() * held)).sort();
      return walk(bracket, size, (i) => at(places, i));
    },
    grain: (slope) =>
      (8 * Number.EPSILON * (largest + Math.abs(slope) * at(t, n - 1))) / shortestGap + Number.MIN_VALUE,
  };
}
