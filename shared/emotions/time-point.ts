/** A value at a time; `t` in days for moods, though any unit will do. */
export type TimePoint = { t: number; y: number };

/**
 * Earliest first.
 * @throws RangeError on two values at one time: reduce them to one (`dayMedians`) before asking for a trend.
 */
export function sortedByTime(points: readonly TimePoint[]): TimePoint[] {
  const sorted = [...points].sort((a, b) => a.t - b.t);
  if (sorted.some((point, i) => point.t === sorted[i - 1]?.t)) throw new RangeError('Two values at one time.');
  return sorted;
}
