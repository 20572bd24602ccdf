import { type Random, seededRandom } from '../platform/random.ts';
import { at } from './column.ts';
import { median } from './level.ts';
import { varianceOfS } from './mann-kendall.ts';
import { NORMAL_975 } from './normal.ts';
import { snappedToZero } from './rounding.ts';
import { slopesAtRanks } from './slope-selection.ts';
import { sortedByTime, type TimePoint } from './time-point.ts';

export type TheilSen = {
  /** Median of the slopes of all pairs, in y per unit of t; 0 exactly where the line is level but for rounding errors. */
  slope: number;
  /** 95 % interval of the slope. */
  interval: [low: number, high: number];
  /** median(y) − slope · median(t), in the t of the input. */
  intercept: number;
};

const SEED = 1;

/**
 * Theil–Sen line with Sen's 95 % interval; O(n log n) time and O(n) memory. The slope at which half of all pairs rise
 * faster and half slower: a few wild days do not bend it. NaN for fewer than two points.
 * Sources: Theil 1950; Sen 1968, eq. 2.6; intercept after Conover 1980. Equals `scipy.stats.theilslopes`.
 * @throws RangeError on two values at one time.
 */
export function theilSen(points: readonly TimePoint[], random: Random = seededRandom(SEED)): TheilSen {
  const ordered = sortedByTime(points);
  const values = ordered.map(({ y }) => y);
  const pairs = (ordered.length * (ordered.length - 1)) / 2;
  const reach = NORMAL_975 * Math.sqrt(varianceOfS(values));
  const slopes = slopesAtRanks(
    ordered,
    [
      Math.max(0, Math.round((pairs - reach) / 2) - 1),
      Math.floor((pairs - 1) / 2),
      Math.floor(pairs / 2),
      Math.min(pairs - 1, Math.round((pairs + reach) / 2)),
    ],
    random,
  );
  const slope = snappedToZero((at(slopes, 1) + at(slopes, 2)) / 2);
  return {
    slope,
    interval: [snappedToZero(at(slopes, 0)), snappedToZero(at(slopes, 3))],
    intercept: median(values) - slope * median(ordered.map(({ t }) => t)),
  };
}
