import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { weekdays } from '../../../shared/emotions/day-number.ts';
import { type CheckinCount, distributionOf } from '../../../shared/emotions/distribution.ts';
import { DistributionAnswer } from '../../../shared/emotions/distribution-answer.ts';
import { partsOfDay } from '../../../shared/emotions/part-of-day.ts';
import { naiveDistribution } from '../../support/naive-distribution.ts';
import { shuffled } from './series.ts';

const window = { from: '2026-01-01', to: '2026-01-31', timeZone: 'UTC' };
const type = (id: number, name: string, category: string) => ({ id, name, category, description: name, valence: 0 });
const types = [type(1, 'joy', 'pleasant'), type(2, 'calm', 'pleasant'), type(7, 'boredom', 'unpleasant')];
const distribution = (counts: readonly CheckinCount[]) =>
  DistributionAnswer.parse(distributionOf(counts, types, window));
const [monday, sunday] = [1, 7] as const;

describe('the distribution of check-ins', () => {
  it('counts by feeling, category, weekday and part of the day', () => {
    const { n, types, categories, weekdays, partsOfDay } = distribution([
      { emotionTypeId: 7, intensity: 3, weekday: monday, partOfDay: 'morning', n: 1 },
      { emotionTypeId: 7, intensity: 4, weekday: sunday, partOfDay: 'night', n: 1 },
      { emotionTypeId: 1, intensity: 9, weekday: sunday, partOfDay: 'night', n: 1 },
      { emotionTypeId: 2, intensity: 5, weekday: sunday, partOfDay: 'night', n: 1 },
    ]);
    expect(n).toBe(4);
    expect(types).toEqual([
      { emotionTypeId: 7, name: 'boredom', category: 'unpleasant', n: 2, share: 0.5, medianIntensity: 3.5 },
      { emotionTypeId: 1, name: 'joy', category: 'pleasant', n: 1, share: 0.25, medianIntensity: 9 },
      { emotionTypeId: 2, name: 'calm', category: 'pleasant', n: 1, share: 0.25, medianIntensity: 5 },
    ]);
    expect(categories).toEqual([
      { category: 'pleasant', n: 2, share: 0.5 },
      { category: 'unpleasant', n: 2, share: 0.5 },
    ]);
    expect(weekdays.map((one) => one.n)).toEqual([1, 0, 0, 0, 0, 0, 3]);
    expect(partsOfDay.map((one) => [one.partOfDay, one.share])).toEqual([
      ['morning', 0.25],
      ['afternoon', 0],
      ['evening', 0],
      ['night', 0.75],
    ]);
  });

  it('is full of zeros for an empty history', () => {
    expect(distribution([])).toMatchObject({ n: 0, types: [], categories: [], weekdays: { length: 7 } });
    expect(distribution([]).partsOfDay.every(({ n, share }) => n === 0 && share === 0)).toBe(true);
  });

  it('is that of the single check-ins, whatever the order of what was counted', () => {
    const counts = fc.array(
      fc.record({
        emotionTypeId: fc.constantFrom(1, 2, 7),
        intensity: fc.integer({ min: 1, max: 10 }),
        weekday: fc.constantFrom(...weekdays),
        partOfDay: fc.constantFrom(...partsOfDay),
        n: fc.integer({ min: 1, max: 5 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(counts, fc.integer(), (some, seed) => {
        const checkins = some.flatMap(({ n, ...checkin }) => Array.from({ length: n }, () => checkin));
        expect(distribution(shuffled(some, seed))).toEqual(naiveDistribution(checkins, types, window));
      }),
    );
  });
});
