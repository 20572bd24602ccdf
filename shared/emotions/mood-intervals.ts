import { lowerBound } from './lower-bound.ts';
import type { MoodPoint } from './mood.ts';

/** From one check-in to a later one of the same local day. */
export type MoodInterval = { fromMs: number; toMs: number; before: number; after: number };

/** When somebody recorded a journal or used a tool. */
export type Doing = { startMs: number; endMs: number };

/** After longer than that, too much else has happened. */
const LONGEST_MS = 6 * 3_600_000;

/**
 * The last check-in before each doing and the first after it, where both are of one day and close enough. Each once, oldest
 * first. `ordered` are all moods, oldest first.
 */
export function intervalsAround(doings: readonly Doing[], ordered: readonly MoodPoint[]): MoodInterval[] {
  const around = doings.flatMap(({ startMs, endMs }) => {
    const next = firstFrom(ordered, endMs);
    const before = ordered[firstFrom(ordered, startMs + 1) - 1];
    return intervalOf(before, ordered[next]);
  });
  return [...new Map(around.map((interval) => [`${interval.fromMs} ${interval.toMs}`, interval])).values()].sort(
    (a, b) => a.fromMs - b.fromMs,
  );
}

/** Intervals between neighbouring check-ins in which none of the doings took place. `ordered` as above. */
export function intervalsWithout(doings: readonly Doing[], ordered: readonly MoodPoint[]): MoodInterval[] {
  const byStart = [...doings].sort((a, b) => a.startMs - b.startMs);
  let next = 0;
  return ordered.flatMap((mood, i) => {
    const [interval] = intervalOf(ordered[i - 1], mood);
    if (!interval) return [];
    while ((byStart[next]?.endMs ?? Infinity) < interval.fromMs) next++;
    return (byStart[next]?.startMs ?? Infinity) <= interval.toMs ? [] : [interval];
  });
}

function intervalOf(before: MoodPoint | undefined, after: MoodPoint | undefined): MoodInterval[] {
  if (!before || !after || before.localDate !== after.localDate) return [];
  const [fromMs, toMs] = [before.occurredAtMs, after.occurredAtMs];
  if (toMs <= fromMs || toMs - fromMs > LONGEST_MS) return [];
  return [{ fromMs, toMs, before: before.value, after: after.value }];
}

/** The position of the first mood at or after that time. */
const firstFrom = (ordered: readonly MoodPoint[], ms: number): number =>
  lowerBound(ordered, ms, ({ occurredAtMs }) => occurredAtMs);
