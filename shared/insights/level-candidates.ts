import { changePointOfMoods } from '../emotions/change-point.ts';
import { dayNumber } from '../emotions/day-number.ts';
import { gates, isInsufficient } from '../emotions/gates.ts';
import { median } from '../emotions/level.ts';
import { rounded } from '../emotions/rounding.ts';
import type { TrendAnswer } from '../emotions/trend-answer.ts';
import { type Analysed, basisOf, type Candidate } from './candidate.ts';

type Days = TrendAnswer['series'];

/**
 * That moods rise or fall, changed their level, or lie elsewhere than in the window before: by `points` at least. `history` are
 * the days of the longest window, in which the one before is looked up.
 */
export const levelCandidates = (one: Looked, history: Days, points: number): Candidate[] =>
  [...trendCandidates(one), ...changePointCandidates(one), ...shiftCandidates(one, history)].flatMap(
    ({ moved, ...candidate }) => (Math.abs(rounded(moved)) >= points ? [candidate] : []),
  );

/** With the p of the change point that was looked for, found or not; null where there are too few days. */
export type Looked = Analysed & { changePointP: number | null };

export const lookedAt = (one: Analysed): Looked => ({ ...one, changePointP: changePointP(one) });

function changePointP({ trends: { series, trend, changePoint } }: Analysed): number | null {
  if ((changePoint && isInsufficient(changePoint)) || isInsufficient(trend)) return null;
  return changePointOfMoods(valuesOf(series), trend.corrected.phi).carriedP;
}

/** `moved`: by how many points in all. */
type Moved = Candidate & { moved: number };

function trendCandidates({ trends }: Analysed): Moved[] {
  const { trend, series } = trends;
  const [first, last] = [series.at(0), series.at(-1)];
  if (isInsufficient(trend) || !first || !last) return [];
  const { slopePerDay, interval, corrected, tier } = trend;
  const half = Math.floor(series.length / 2);
  const direction = directionOf(slopePerDay);
  return [
    {
      ...basisOf(trends),
      subject: { kind: 'trend' },
      direction,
      effect: { value: 7 * slopePerDay, unit: 'points_per_week' },
      interval: [7 * interval[0], 7 * interval[1]],
      p: corrected.p,
      seed: null,
      counts: countsOf(series.slice(-half), series.slice(0, half), direction),
      ownTier: tier,
      moved: slopePerDay * (dayNumber(last.date) - dayNumber(first.date)),
    },
  ];
}

function changePointCandidates({ trends, changePointP: p }: Looked): Moved[] {
  const { changePoint, series } = trends;
  if (!changePoint || isInsufficient(changePoint) || p === null) return [];
  const { at } = changePoint;
  const [before, after] = [series.filter(({ date }) => date < at), series.filter(({ date }) => date >= at)];
  const moved = median(valuesOf(after)) - median(valuesOf(before));
  const direction = directionOf(moved);
  return [
    {
      ...basisOf(trends),
      subject: { kind: 'change_point', at },
      direction,
      effect: { value: moved, unit: 'points' },
      interval: null,
      p,
      seed: null,
      counts: countsOf(after, before, direction),
      ownTier: series.length >= gates.changePoint.clearDays ? 'clear' : 'early',
      moved,
    },
  ];
}

/** Days that only spread otherwise, about the same middle, are no matter of more or less: no count of days could say it. */
function shiftCandidates({ trends, patterns }: Analysed, history: Days): Moved[] {
  const { shift, seed } = patterns;
  if (isInsufficient(shift)) return [];
  const { previous, difference, p, tier } = shift;
  const before = history.filter(({ date }) => date >= previous.from && date <= previous.to);
  const direction = directionOf(difference);
  return [
    {
      ...basisOf(patterns),
      subject: { kind: 'shift', previous },
      direction,
      effect: { value: difference, unit: 'points' },
      interval: null,
      p,
      seed,
      counts: countsOf(trends.series, before, direction),
      ownTier: tier,
      moved: difference,
    },
  ];
}

const directionOf = (value: number): Candidate['direction'] => (value < 0 ? 'down' : 'up');

const valuesOf = (days: Days): number[] => days.map(({ value }) => value);

/** Days on that side of the middle of the days they are compared with. */
function countsOf(days: Days, comparedWith: Days, direction: Candidate['direction']): Candidate['counts'] {
  const middle = median(valuesOf(comparedWith));
  const count = valuesOf(days).filter((value) => (direction === 'up' ? value > middle : value < middle)).length;
  return { count, of: days.length, comparedWith: comparedWith.length };
}
