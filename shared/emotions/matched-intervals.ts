import type { MoodInterval } from './mood-intervals.ts';

export type MatchedPair = { withActivity: MoodInterval; without: MoodInterval };

/** Alike are intervals that began in about the same mood and were about as long. */
const LIKENESS = { points: 0.5, shortest: 0.5, longest: 2 };

/**
 * For each interval with an activity the most similar one without, which is then taken: closest in the mood it began with,
 * then in length, then the earlier one. Whoever acts while low feels better afterwards whatever they do; so do these.
 */
export function matchedPairs(withActivity: readonly MoodInterval[], without: readonly MoodInterval[]): MatchedPair[] {
  const byMood = [...without].sort((a, b) => a.before - b.before || a.fromMs - b.fromMs);
  const taken = new Set<MoodInterval>();
  return withActivity.flatMap((interval) => {
    const closest = candidates(byMood, interval)
      .filter((one) => !taken.has(one))
      .reduce<MoodInterval | undefined>(
        (best, one) => (best && !isCloser(one, best, interval) ? best : one),
        undefined,
      );
    if (!closest) return [];
    taken.add(closest);
    return [{ withActivity: interval, without: closest }];
  });
}

function candidates(byMood: readonly MoodInterval[], { before, fromMs, toMs }: MoodInterval): MoodInterval[] {
  const length = toMs - fromMs;
  const alike: MoodInterval[] = [];
  for (let i = firstWithMood(byMood, before - LIKENESS.points); i < byMood.length; i++) {
    const one = byMood[i];
    if (!one || one.before > before + LIKENESS.points) break;
    const relative = (one.toMs - one.fromMs) / length;
    if (relative >= LIKENESS.shortest && relative <= LIKENESS.longest) alike.push(one);
  }
  return alike;
}

function firstWithMood(byMood: readonly MoodInterval[], mood: number): number {
  let [low, high] = [0, byMood.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((byMood[middle]?.before ?? Infinity) < mood) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isCloser(a: MoodInterval, b: MoodInterval, to: MoodInterval): boolean {
  const inMood = Math.abs(a.before - to.before) - Math.abs(b.before - to.before);
  if (inMood !== 0) return inMood < 0;
  const inLength = lengthRatio(a, to) - lengthRatio(b, to);
  return inLength === 0 ? a.fromMs < b.fromMs : inLength < 0;
}

const lengthRatio = (a: MoodInterval, b: MoodInterval): number =>
  Math.abs(Math.log((a.toMs - a.fromMs) / (b.toMs - b.fromMs)));
