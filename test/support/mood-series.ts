import type { TimePoint } from '../../shared/emotions/time-point.ts';
import { seededRandom } from '../../shared/platform/random.ts';

/** One value a day, none missing. */
export const daily = (values: readonly number[]): TimePoint[] => values.map((y, t) => ({ t, y }));

/** Standard normal numbers (Box–Muller), the same for the same seed. */
export function normals(seed: number, n: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

/** Trend-free moods of standard deviation 1 that carry over from day to day. */
export function autoregressive(seed: number, n: number, phi: number): number[] {
  const values: number[] = [];
  for (const noise of normals(seed, n)) {
    const before = values.at(-1);
    values.push(before === undefined ? noise : phi * before + Math.sqrt(1 - phi * phi) * noise);
  }
  return values;
}
