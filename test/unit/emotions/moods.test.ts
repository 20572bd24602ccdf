import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayMedians, timePoints } from '../../../shared/emotions/day-series.ts';
import { inertia } from '../../../shared/emotions/inertia.ts';
import { level, median } from '../../../shared/emotions/level.ts';
import { type MoodPoint, moodValue } from '../../../shared/emotions/mood.ts';
import {
  instability,
  largestStandardDeviation,
  relativeStandardDeviation,
  standardDeviation,
} from '../../../shared/emotions/spread.ts';
import { autoregressive } from '../../support/mood-series.ts';
import { shuffled } from './series.ts';

const HOUR = 3_600_000;
const reference = [3, 5, 4, 8, 2, 6, 6, 7];
const hourly = (values: readonly number[], localDate = '2026-03-02'): MoodPoint[] =>
  values.map((value, i) => ({ occurredAtMs: i * HOUR, localDate, value }));
const at = (hours: number, value: number, localDate = '2026-03-02'): MoodPoint => ({
  occurredAtMs: hours * HOUR,
  localDate,
  value,
});

const moods = fc
  .array(fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: -20, max: 20 })), { minLength: 2, maxLength: 60 })
  .map((entries) =>
    entries.map(([hours, half]) =>
      at(
        hours,
        half / 2,
        Temporal.PlainDate.from('2026-01-01')
          .add({ days: Math.floor(hours / 24) })
          .toString(),
      ),
    ),
  );

describe('the level of moods', () => {
  it('equals the reference values', () => {
    expect(level(reference)).toEqual({ mean: 5.125, median: 5.5 });
  });

  it('takes the middle value of an odd number and the mean of the middle two of an even one', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(median([])).toBeNaN();
  });

  it('is valence × intensity', () => {
    expect(moodValue(-1, 10)).toBe(-10);
    expect(moodValue(0.5, 6)).toBe(3);
    expect(moodValue(0.7, 6)).toBe(moodValue(0.6, 7));
  });

  it('is one number for equal moods, whatever valence and intensity they come from', () => {
    for (let tenths = -10; tenths <= 10; tenths++)
      for (let intensity = 1; intensity <= 10; intensity++)
        expect(moodValue(tenths / 10, intensity)).toBe(Math.round(tenths * intensity) / 10);
  });

  it('has a median that is one number for equal moods, however they are added', () => {
    expect([median([1, -0.8]), median([1, -1.6])]).toEqual([0.1, -0.3]);
  });
});

describe('the spread of moods', () => {
  it('equals the reference values', () => {
    expect(standardDeviation(reference)).toBeCloseTo(2.03100960115899, 12);
    expect(largestStandardDeviation(5.125, 8, { min: 1, max: 10 })).toBeCloseTo(4.793969425970806, 12);
    expect(relativeStandardDeviation(reference, { min: 1, max: 10 })).toBeCloseTo(
      2.03100960115899 / 4.793969425970806,
      12,
    );
  });

  it('is 0 of one value and of equal values', () => {
    expect(standardDeviation([4])).toBe(0);
    expect(standardDeviation([4, 4, 4])).toBe(0);
    expect(standardDeviation(Array(60).fill(0.7))).toBe(0);
  });

  it('is the largest possible when every mood is an extreme', () => {
    expect(relativeStandardDeviation([-10, 10, 10, -10])).toBeCloseTo(1, 12);
  });

  it('has no relative form at the end of the scale, where nothing can vary', () => {
    expect(relativeStandardDeviation([10, 10, 10])).toBeNull();
    expect(relativeStandardDeviation([3])).toBeNull();
  });

  it('ignores a shift, and the relative form the sign', () => {
    fc.assert(
      fc.property(moods, fc.integer({ min: -5, max: 5 }), (points, shift) => {
        const values = points.map(({ value }) => value);
        expect(standardDeviation(values.map((value) => value + shift))).toBeCloseTo(standardDeviation(values), 9);
        const [relative, mirrored] = [values, values.map((value) => -value)].map((v) => relativeStandardDeviation(v));
        expect(mirrored ?? -1).toBeCloseTo(relative ?? -1, 9);
        expect(relative ?? 0).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('instability', () => {
  it('equals the reference value on an even series', () => {
    const { rmssd } = instability(hourly(reference));
    expect(rmssd).toBeCloseTo(3.251373336211726, 12);
    expect(rmssd ** 2).toBeCloseTo(10.571428571428571, 12);
  });

  it('never pairs an evening with the next morning', () => {
    const days = [at(20, 5, '2026-03-01'), at(21, 7, '2026-03-01'), at(32, -9, '2026-03-02'), at(33, -7, '2026-03-02')];
    expect(instability(days)).toEqual({ rmssd: 2, pairs: 2 });
  });

  it('counts a change over a long pause for less than the same change over a short one', () => {
    expect(instability([at(0, 0), at(1, 0), at(2, 0), at(6, 4)]).rmssd).toBeCloseTo(Math.sqrt(16 / 4 / 3), 12);
  });

  it('does not blow up over check-ins a minute or no time apart', () => {
    expect(instability([at(0, 0), at(1, 0), at(2, 0), at(2.001, 4)]).rmssd).toBeCloseTo(Math.sqrt(16 / 0.5 / 3), 12);
    expect(instability([at(1, 0), at(1, 4)])).toEqual({ rmssd: 4, pairs: 1 });
  });

  it('has nothing to say of one check-in a day', () => {
    expect(instability([at(0, 1, '2026-03-01'), at(24, 5, '2026-03-02')])).toEqual({ rmssd: Number.NaN, pairs: 0 });
  });
});

describe('inertia', () => {
  it('is none where every mood is the same, though their mean may be rounded', () => {
    expect(inertia(hourly(Array(60).fill(0.7)))).toEqual({ r1: null, pairs: 59 });
  });

  it('equals the reference value on an even series', () => {
    const { r1, pairs } = inertia(hourly(reference));
    expect(r1).toBeCloseTo(-0.42045454545454547, 12);
    expect(pairs).toBe(7);
  });

  // 2,000 series each: 3 standard errors of a mean are at most .018, of a standard deviation .013.
  it.each([
    [10, 0.086, 0.268],
    [20, 0.191, 0.208],
    [30, 0.226, 0.171],
    [60, 0.262, 0.123],
    [100, 0.275, 0.095],
  ])(
    'is as far too low and as uncertain with %p check-ins as simulated elsewhere, where .3 carries over',
    (n, mean, sd) => {
      const estimates = Array.from(
        { length: 2_000 },
        (_, seed) => inertia(hourly(autoregressive(seed + 1, n, 0.3))).r1 ?? Number.NaN,
      );
      expect(Math.abs(level(estimates).mean - mean)).toBeLessThan(0.018);
      expect(Math.abs(standardDeviation(estimates) - sd)).toBeLessThan(0.013);
    },
  );

  it('leaves out neighbours closer than half or further than twice the usual interval', () => {
    expect(inertia([0, 1, 2, 2.4, 3.4, 6, 7, 9].map((hours, i) => at(hours, i % 3))).pairs).toBe(5);
  });

  it('has no value without a pair, without change and without check-ins', () => {
    expect(inertia([])).toEqual({ r1: null, pairs: 0 });
    expect(inertia([at(1, 3)])).toEqual({ r1: null, pairs: 0 });
    expect(inertia(hourly([4, 4, 4]))).toEqual({ r1: null, pairs: 2 });
    expect(inertia([at(1, 3), at(1, 5)])).toEqual({ r1: null, pairs: 0 });
  });

  it('ignores the order of the input, a shift and the sign', () => {
    fc.assert(
      fc.property(moods, fc.integer(), (points, seed) => {
        const { r1, pairs } = inertia(points);
        expect(inertia(shuffled(points, seed))).toEqual({ r1, pairs });
        for (const change of [(value: number) => value + 3, (value: number) => -value]) {
          const other = inertia(points.map((point) => ({ ...point, value: change(point.value) })));
          // Of check-ins at one instant the lower counts as the earlier: the mirror image orders them the other way.
          if (new Set(points.map(({ occurredAtMs }) => occurredAtMs)).size < points.length) continue;
          expect(other.r1 ?? -9).toBeCloseTo(r1 ?? -9, 9);
        }
        expect(Math.abs(r1 ?? 0)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the series of local-day medians', () => {
  it('reduces a burst to one value and keeps the count', () => {
    const points = [at(9, 2, '2026-03-02'), at(1, 5, '2026-03-01'), at(10, 8, '2026-03-02'), at(11, 3, '2026-03-02')];
    expect(dayMedians(points)).toEqual([
      { date: '2026-03-01', value: 5, n: 1 },
      { date: '2026-03-02', value: 3, n: 3 },
    ]);
  });

  it('has days that are equal as ties, whatever their check-ins were', () => {
    const points = [at(9, 1, '2026-03-01'), at(10, -0.8, '2026-03-01'), at(9, 0.1, '2026-03-02')];
    expect(dayMedians(points).map(({ value }) => value)).toEqual([0.1, 0.1]);
  });

  it('counts time in local dates, over missing days, leap days and the turn of the year', () => {
    const dates = ['2027-12-31', '2028-01-01', '2028-02-28', '2028-03-01'];
    const series = dates.map((date, i) => ({ date, value: i, n: 1 }));
    expect(timePoints(series).map(({ t }) => t)).toEqual([0, 1, 59, 61]);
  });

  it('is empty without check-ins', () => {
    expect(dayMedians([])).toEqual([]);
    expect(timePoints([])).toEqual([]);
  });
});
