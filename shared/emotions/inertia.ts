import { mean, median } from './level.ts';
import { inOrderOfTime, type MoodPoint } from './mood.ts';
import { standardDeviation } from './spread.ts';

/** How strongly a mood carries over into the next check-in; `r1` is null when there is no pair or nothing varies. */
export type Inertia = { r1: number | null; pairs: number };

/** Neighbours closer than half or further than twice the median interval do not tell of "the next check-in". */
const NEIGHBOURS = { from: 0.5, to: 2 };

/**
 * Lag-1 autocorrelation over neighbouring check-ins whose interval is 0.5–2 × the median interval: mean product of
 * their deviations from the overall mean, over the sample variance. On an evenly spaced series this is the textbook
 * estimate Σ dᵢdᵢ₊₁ / Σ dᵢ².
 * Source: Kuppens, Allen & Sheeber 2010, Psychological Science 21(7).
 */
export function inertia(points: readonly MoodPoint[]): Inertia {
  const ordered = inOrderOfTime(points);
  const values = ordered.map(({ value }) => value);
  const centre = mean(values);
  const products = neighbours(ordered).map(([a, b]) => (a.value - centre) * (b.value - centre));
  const sd = standardDeviation(values);
  if (products.length === 0 || sd === 0) return { r1: null, pairs: products.length };
  return { r1: Math.min(1, Math.max(-1, mean(products) / sd ** 2)), pairs: products.length };
}

function neighbours(ordered: readonly MoodPoint[]): [MoodPoint, MoodPoint][] {
  const pairs = ordered.flatMap((point, i): [MoodPoint, MoodPoint][] => {
    const before = ordered[i - 1];
    return before ? [[before, point]] : [];
  });
  const interval = ([a, b]: [MoodPoint, MoodPoint]) => b.occurredAtMs - a.occurredAtMs;
  const usual = median(pairs.map(interval));
  return pairs.filter((pair) => {
    const relative = interval(pair) / usual;
    return relative >= NEIGHBOURS.from && relative <= NEIGHBOURS.to;
  });
}
