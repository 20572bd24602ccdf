import { correctForAutocorrelation } from './autocorrelation-correction.ts';
import { gates, type Tier } from './gates.ts';
import { mannKendall } from './mann-kendall.ts';
import { theilSen } from './theil-sen.ts';
import type { TimePoint } from './time-point.ts';
import type { TrendResult } from './trend-answer.ts';

/**
 * The trend of a series: how steep (Theil–Sen), and whether it is more than chance (Mann–Kendall, raw and corrected
 * for autocorrelation). `t` in days; any order; O(n log n). NaN for fewer than two points.
 * @throws RangeError on two values at one time.
 */
export function trendOf(points: readonly TimePoint[]): TrendResult {
  const line = theilSen(points);
  const test = mannKendall(points);
  const corrected = correctForAutocorrelation(points, test, line.slope);
  return {
    slopePerDay: line.slope,
    interval: line.interval,
    intercept: line.intercept,
    mannKendall: test,
    corrected,
    tier: tierOf(corrected.p, line.slope, points.length),
  };
}

/**
 * Only the corrected test speaks, and only of a line that moves: where most days are equal, a few that are not can be more
 * than chance while the line is level. `not_enough` is "no clear trend", never "no trend".
 */
function tierOf(p: number, slope: number, days: number): Tier {
  if (p >= gates.trend.alpha || slope === 0) return 'not_enough';
  return days >= gates.trend.clearDays ? 'clear' : 'early';
}
