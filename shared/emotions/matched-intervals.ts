import { lowerBound } from './lower-bound.ts';
import type { MoodInterval } from './mood-intervals.ts';
import { rounded } from './rounding.ts';

export type MatchedPair = { withActivity: MoodInterval; without: MoodInterval };

/** Alike are intervals that began in about the same mood and were about as long. */
const LIKENESS = { points: 0.5, timesAsLong: 2 };

/** By the mood they began with, then the earlier first: how `matchedPairs` wants the intervals without an activity. */
export const inOrderOfMood = (intervals: readonly MoodInterval[]): MoodInterval[] =>
  [...intervals].sort((a, b) => a.before - b.before || a.fromMs - b.fromMs);

/**
 * For each interval with an activity the most similar one without, which is then taken: closest in the mood it began with,
 * then in length, then the earlier one. Whoever acts while low feels better afterwards whatever they do; so do these.
 */
export function matchedPairs(
  withActivity: readonly MoodInterval[],
  withoutByMood: readonly MoodInterval[],
): MatchedPair[] {
  const taken = new Set<MoodInterval>();
  return withActivity.flatMap((interval) => {
    const without = mostSimilar(withoutByMood, interval, taken);
    if (!without) return [];
    taken.add(without);
    return [{ withActivity: interval, without }];
  });
}

/** Of a whole history it is asked hundreds of times: one pass over those of about the same mood, and nothing kept of it. */
function mostSimilar(
  byMood: readonly MoodInterval[],
  to: MoodInterval,
  taken: ReadonlySet<MoodInterval>,
): MoodInterval | undefined {
  const [least, most] = [rounded(to.before - LIKENESS.points), rounded(to.before + LIKENESS.points)];
  let best: MoodInterval | undefined;
  for (let i = lowerBound(byMood, least, ({ before }) => before); i < byMood.length; i++) {
    const one = byMood[i];
    if (!one || one.before > most) break;
    if (timesAsLong(one, to) > LIKENESS.timesAsLong || taken.has(one)) continue;
    if (!best || isCloser(one, best, to)) best = one;
  }
  return best;
}

function isCloser(a: MoodInterval, b: MoodInterval, to: MoodInterval): boolean {
  const inMood = rounded(Math.abs(a.before - to.before) - Math.abs(b.before - to.before));
  if (inMood !== 0) return inMood < 0;
  const inLength = timesAsLong(a, to) - timesAsLong(b, to);
  return inLength === 0 ? a.fromMs < b.fromMs : inLength < 0;
}

/** How many times as long the longer of two is: at least 1. */
function timesAsLong(a: MoodInterval, b: MoodInterval): number {
  const [inA, inB] = [a.toMs - a.fromMs, b.toMs - b.fromMs];
  return Math.max(inA, inB) / Math.min(inA, inB);
}
