import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CountedCheckin, distributionOf } from '../../../shared/emotions/distribution.ts';
import { DistributionAnswer } from '../../../shared/emotions/distribution-answer.ts';
import { partsOfDay } from '../../../shared/emotions/part-of-day.ts';
import { shuffled } from './series.ts';

const window = { from: '2026-01-01', to: '2026-01-31', timeZone: 'UTC' };
const type = (id: number, name: string, category: string) => ({ id, name, category, description: name, valence: 0 });
const types = [type(1, 'joy', 'pleasant'), type(2, 'calm', 'pleasant'), type(7, 'boredom', 'unpleasant')];
const distribution = (checkins: readonly CountedCheckin[]) =>
  DistributionAnswer.parse(distributionOf(checkins, types, window));
const monday = '2026-01-05';
const sunday = '2026-01-11';

describe('the distribution of check-ins', () => {
  it('counts by feeling, category, weekday and part of the day', () => {
    const { n, types, categories, weekdays, partsOfDay } = distribution([
      { emotionTypeId: 7, intensity: 3, localDate: monday, partOfDay: 'morning' },
      { emotionTypeId: 7, intensity: 4, localDate: sunday, partOfDay: 'night' },
      { emotionTypeId: 1, intensity: 9, localDate: sunday, partOfDay: 'night' },
      { emotionTypeId: 2, intensity: 5, localDate: sunday, partOfDay: 'night' },
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

  it('counts each check-in once in every way, whatever the order', () => {
    const checkins = fc.array(
      fc.record({
        emotionTypeId: fc.constantFrom(1, 2, 7),
        intensity: fc.integer({ min: 1, max: 10 }),
        localDate: fc.constantFrom(monday, sunday, '2026-01-07'),
        partOfDay: fc.constantFrom(...partsOfDay),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(checkins, fc.integer(), (some, seed) => {
        const answer = distribution(some);
        for (const way of [answer.types, answer.categories, answer.weekdays, answer.partsOfDay])
          expect(way.reduce((sum, { n }) => sum + n, 0)).toBe(some.length);
        expect(distribution(shuffled(some, seed))).toEqual(answer);
      }),
    );
  });
});
