import fc from 'fast-check';
import type { TimePoint } from '../../../shared/emotions/time-point.ts';
import { seededRandom } from '../../../shared/platform/random.ts';

/** The same properties are tried in every run. */
fc.configureGlobal({ seed: 20_260_301 });

/** The reference series: expected values from scipy 1.17. */
export const rising = [5, 6, 5, 7, 6, 7, 8, 6, 8, 7, 9, 8, 8, 9].map((y, t) => ({ t, y }));

/** Missing days and tied values: expected values from scipy 1.17. */
export const irregularWithTies: TimePoint[] = [
  [0, -2],
  [1, -2.5],
  [3, 1],
  [4, -2],
  [7, 0],
  [8, 1],
  [12, 0.5],
  [13, 1],
  [14, -2],
  [20, 3],
  [21, 1],
  [25, 2.5],
].map(([t = 0, y = 0]) => ({ t, y }));

/** Series of moods in half points on distinct days, some days missing. */
export const seriesOf = ({ min = 2, max }: { min?: number; max: number }): fc.Arbitrary<TimePoint[]> =>
  fc
    .uniqueArray(fc.nat({ max: 3 * max }), { minLength: min, maxLength: max })
    .chain((days) =>
      fc
        .array(fc.integer({ min: -20, max: 20 }), { minLength: days.length, maxLength: days.length })
        .map((values) => days.sort((a, b) => a - b).map((t, i): TimePoint => ({ t, y: (values[i] ?? 0) / 2 }))),
    );

export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = seededRandom(seed);
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
