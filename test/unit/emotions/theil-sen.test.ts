import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { slopesAtRanks } from '../../../shared/emotions/slope-selection.ts';
import { theilSen } from '../../../shared/emotions/theil-sen.ts';
import type { TimePoint } from '../../../shared/emotions/time-point.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import { daily, normals } from '../../support/mood-series.ts';
import { irregularWithTies, rising, seriesOf, shuffled } from './series.ts';

const allSlopes = (points: readonly TimePoint[]) => {
  const slopes: number[] = [];
  for (const [i, a] of points.entries()) for (const b of points.slice(i + 1)) slopes.push((b.y - a.y) / (b.t - a.t));
  return Float64Array.from(slopes).sort();
};

describe('the Theil–Sen line', () => {
  it('equals scipy on the reference series', () => {
    const { slope, interval, intercept } = theilSen(rising);
    expect(slope).toBeCloseTo(0.2727272727272727, 12);
    expect(interval[0]).toBeCloseTo(0.14285714285714285, 12);
    expect(interval[1]).toBeCloseTo(0.4, 12);
    expect(intercept).toBeCloseTo(5.2272727272727275, 12);
  });

  it('equals scipy on irregular days with tied values', () => {
    const { slope, interval, intercept } = theilSen(irregularWithTies);
    expect(slope).toBeCloseTo(0.16666666666666666, 12);
    expect(interval[0]).toBeCloseTo(0, 12);
    expect(interval[1]).toBeCloseTo(0.2894736842105263, 12);
    expect(intercept).toBeCloseTo(-0.9166666666666665, 12);
  });

  it('is flat, with a flat interval, where nothing varies', () => {
    expect(theilSen(daily([4, 4, 4, 4]))).toEqual({ slope: 0, interval: [0, 0], intercept: 4 });
  });

  it('is level, to the last digit, where it rises and falls as fast in the middle', () => {
    expect(theilSen(daily([-1.8, -1.2, 5.6, -3.6])).slope).toBe(0);
    expect(theilSen(daily([5.4, -3, 4, 8, -0.9])).slope).toBe(0);
  });

  it('is not defined for fewer than two points', () => {
    expect(theilSen([]).slope).toBeNaN();
    expect(theilSen(daily([3])).slope).toBeNaN();
  });

  it('goes through two points', () => {
    expect(theilSen(daily([1, 3]))).toEqual({ slope: 2, interval: [2, 2], intercept: 1 });
  });

  it('refuses two values at one time', () => {
    const twice = [...daily([1, 2]), { t: 1, y: 5 }];
    expect(() => theilSen(twice)).toThrow(RangeError);
  });

  it('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(seriesOf({ max: 40 }), fc.integer(), (points, seed) => {
        expect(theilSen(shuffled(points, seed))).toEqual(theilSen(points));
      }),
    );
  });

  it('keeps slope and interval when every value is shifted, and moves the intercept by the shift', () => {
    fc.assert(
      fc.property(seriesOf({ max: 40 }), fc.integer({ min: -20, max: 20 }), (points, shift) => {
        const before = theilSen(points);
        const after = theilSen(points.map(({ t, y }) => ({ t, y: y + shift })));
        expect(after.slope).toBeCloseTo(before.slope, 9);
        expect(after.interval[0]).toBeCloseTo(before.interval[0], 9);
        expect(after.interval[1]).toBeCloseTo(before.interval[1], 9);
        expect(after.intercept).toBeCloseTo(before.intercept + shift, 9);
      }),
    );
  });

  it('turns over with the sign of the values', () => {
    fc.assert(
      fc.property(seriesOf({ max: 40 }), (points) => {
        const before = theilSen(points);
        const after = theilSen(points.map(({ t, y }) => ({ t, y: -y })));
        expect(after.slope).toBeCloseTo(-before.slope, 9);
        expect(after.intercept).toBeCloseTo(-before.intercept, 9);
      }),
    );
  });

  it('has its slope inside its interval', () => {
    fc.assert(
      fc.property(seriesOf({ max: 60 }), (points) => {
        const { slope, interval } = theilSen(points);
        expect(interval[0]).toBeLessThanOrEqual(slope);
        expect(interval[1]).toBeGreaterThanOrEqual(slope);
      }),
    );
  });

  it('gives the same line whichever seed drives the selection', () => {
    const points = daily(normals(7, 400));
    expect(theilSen(points, seededRandom(1))).toEqual(theilSen(points, seededRandom(99)));
  });
});

describe('slope selection without listing all pairs', () => {
  const n = 330; // 54,285 pairs: far more than are ever listed at once
  const worlds: Record<string, TimePoint[]> = {
    'continuous values': daily(normals(1, n)),
    'whole numbers with many ties': daily(normals(2, n).map((y) => Math.round(2 * y))),
    'two values only': daily(normals(3, n).map((y) => (y > 0 ? 1 : 0))),
    'one value only': daily(normals(4, n).map(() => 5)),
    'nothing but zero': daily(normals(4, n).map(() => 0)),
    'one value with a few exceptions': daily(normals(5, n).map((y) => (y > 2 ? 7 : 3))),
    'a straight line of thirds': daily(normals(6, n).map((_, i) => i / 3)),
    'a steep noisy line': daily(normals(7, n).map((y, i) => 1000 * i + y)),
    'a staircase': daily(normals(8, n).map((_, i) => Math.floor(i / 30))),
    'irregular days': normals(9, n).map((y, i) => ({ t: 2 * i + (i % 3 === 1 ? 1 : 0), y: Math.round(4 * y) / 2 })),
    'fractions of days': normals(10, n).map((y, i) => ({ t: i + 0.9 * ((i * 0.618) % 1), y })),
  };

  it.each(Object.entries(worlds))('finds what sorting all slopes finds: %s', (_, points) => {
    const sorted = allSlopes(points);
    const ranks = [0, 1, 17, 1_000, 9_999, 27_142, 27_143, 40_000, sorted.length - 2, sorted.length - 1];
    const found = slopesAtRanks(points, ranks, seededRandom(3));
    for (const [i, rank] of ranks.entries()) {
      const expected = sorted[rank] ?? Number.NaN;
      expect(Math.abs((found[i] ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
    }
  });

  it('finds what sorting finds for any values, times and seed', () => {
    const points = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -20, max: 20 })), {
        minLength: 160,
        maxLength: 220,
      })
      .map((steps) => {
        const points: TimePoint[] = [];
        for (const [gap, y] of steps) points.push({ t: (points.at(-1)?.t ?? 0) + gap, y: y / 2 });
        return points;
      });
    fc.assert(
      fc.property(points, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(), (p, share, seed) => {
        const sorted = allSlopes(p);
        const rank = Math.floor(share * sorted.length);
        const [found = Number.NaN] = slopesAtRanks(p, [rank], seededRandom(seed));
        expect(Math.abs(found - (sorted[rank] ?? Number.NaN))).toBeLessThanOrEqual(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('answers 10,000 points, of which 50 million pairs would not fit', () => {
    const points = daily(normals(11, 10_000).map((y, i) => y + 0.001 * i));
    const { slope, interval } = theilSen(points);
    expect(slope).toBeGreaterThan(0.0009);
    expect(slope).toBeLessThan(0.0011);
    expect(interval[0]).toBeLessThan(slope);
    expect(interval[1]).toBeGreaterThan(slope);
  });
});
