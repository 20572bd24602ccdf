import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distributionShift, neighbourhoodInflation, weeksFrom } from '../../../shared/emotions/distribution-shift.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import { autoregressive } from '../../support/mood-series.ts';
import { shuffled } from './series.ts';

const shift = (now: readonly (readonly number[])[], before: readonly (readonly number[])[], phi = 0, seed = 1) =>
  distributionShift(now, before, phi, seededRandom(seed));
const weeks = (values: readonly number[]) =>
  Array.from({ length: Math.ceil(values.length / 7) }, (_, week) => values.slice(7 * week, 7 * week + 7));
const moods = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 20, maxLength: 40 });

describe('the distance of two distributions', () => {
  it('equals scipy', () => {
    expect(
      shift(
        [
          [1, 4, 2.5],
          [-3, 6, 7, 0.5],
        ],
        [
          [2, 2],
          [-1, 5],
        ],
      ).distance,
    ).toBeCloseTo(1.5357142857142856, 12);
  });

  it('is the shift where one is the other shifted, whatever the order', () => {
    fc.assert(
      fc.property(moods, fc.integer({ min: -4, max: 4 }), fc.integer(), (values, by, seed) => {
        const later = shuffled(values, seed).map((value) => value + by);
        const { distance, difference } = shift(weeks(later), weeks(values));
        expect(distance).toBeCloseTo(Math.abs(by), 9);
        expect(difference).toBeCloseTo(by, 9);
      }),
      { numRuns: 40 },
    );
  });

  it('is the same for both mirrored or shifted, and from the other side', () => {
    fc.assert(
      fc.property(moods, moods, (a, b) => {
        const { distance } = shift(weeks(a), weeks(b));
        const moved = (turn: (mood: number) => number) => shift(weeks(a.map(turn)), weeks(b.map(turn))).distance;
        expect(moved((mood) => -mood)).toBeCloseTo(distance, 9);
        expect(moved((mood) => mood + 3)).toBeCloseTo(distance, 9);
        expect(shift(weeks(b), weeks(a)).distance).toBeCloseTo(distance, 9);
      }),
      { numRuns: 40 },
    );
  });

  it('tells moods that vary more from those that do not, at one level', () => {
    const [calm, wild] = [
      Array.from({ length: 42 }, (_, i) => (i % 3) - 1),
      Array.from({ length: 42 }, (_, i) => 6 * ((i % 3) - 1)),
    ];
    expect(shift(weeks(wild), weeks(calm))).toMatchObject({ difference: 0, p: expect.closeTo(0.0025, 2) });
  });

  it('is 0 where nothing varies or nothing is', () => {
    expect(shift([[2, 2]], [[2, 2, 2]])).toMatchObject({ distance: 0, p: 1 });
    expect(shift([[2, 1]], [])).toMatchObject({ distance: 0, p: 1, daysNow: 2, daysBefore: 0 });
    expect(shift([], [])).toMatchObject({ distance: 0, p: 1 });
    expect(shift([[1]], [[3]])).toMatchObject({ distance: 2, p: 1 });
  });

  it('is answered alike with the same seed', () => {
    const values = autoregressive(1, 70, 0.3);
    expect(shift(weeks(values.slice(35)), weeks(values.slice(0, 35)), 0.3, 9)).toEqual(
      shift(weeks(values.slice(35)), weeks(values.slice(0, 35)), 0.3, 9),
    );
  });
});

describe('weeks that lie next to each other', () => {
  it('are no more alike than others where nothing carries over', () => {
    expect(neighbourhoodInflation(4, 9, 0)).toBe(1);
    expect(neighbourhoodInflation(0, 9, 0.5)).toBe(1);
  });

  it('make runs of weeks differ as much more as simulated', () => {
    const [now, before, phi] = [4, 8, 0.7];
    const means = Array.from({ length: 3_000 }, (_, seed) =>
      weeks(autoregressive(seed + 1, 7 * (now + before), phi)).map((week) =>
        week.reduce((sum, value) => sum + value, 0),
      ),
    );
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const apart = (sums: readonly number[]) => (mean(sums.slice(before)) - mean(sums.slice(0, before))) ** 2;
    const ratio = Math.sqrt(mean(means.map(apart)) / mean(means.map((sums, seed) => apart(shuffled(sums, seed)))));
    expect(neighbourhoodInflation(now, before, phi) / ratio).toBeCloseTo(1, 1);
  });
});

describe('the weeks of a window', () => {
  it('are counted from its first date, and those without a check-in left out', () => {
    const day = (date: string, value: number) => ({ date, value, n: 1 });
    expect(
      weeksFrom('2026-01-01', [day('2026-01-01', 1), day('2026-01-07', 2), day('2026-01-08', 3), day('2026-01-29', 4)]),
    ).toEqual([[1, 2], [3], [4]]);
    expect(weeksFrom('2026-01-01', [])).toEqual([]);
  });
});
