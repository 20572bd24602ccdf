import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mannKendall } from '../../../shared/emotions/mann-kendall.ts';
import { twoSidedP } from '../../../shared/emotions/normal.ts';
import type { TimePoint } from '../../../shared/emotions/time-point.ts';
import { autoregressive, daily, normals } from '../../support/mood-series.ts';
import { irregularWithTies, rising, seriesOf, shuffled } from './series.ts';

const bruteForceS = (points: readonly TimePoint[]) => {
  let s = 0;
  for (const [i, a] of points.entries()) for (const b of points.slice(i + 1)) s += Math.sign(b.y - a.y);
  return s;
};

describe('the Mann–Kendall test', () => {
  it('equals the reference values', () => {
    const { s, variance, z, p } = mannKendall(rising);
    expect(s).toBe(59);
    expect(variance).toBeCloseTo(315.6666666666667, 10);
    expect(z).toBeCloseTo(3.264477137620751, 12);
    expect(p).toBeCloseTo(0.0010966631313653235, 14);
  });

  it('counts what both of Kendall’s τ of the reference series are made of', () => {
    const { s, variance } = mannKendall(rising);
    const pairs = (14 * 13) / 2;
    const tiedPairs = [2, 3, 3, 4, 2].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
    expect(s / pairs).toBeCloseTo(0.6483516483516484, 14);
    expect(s / Math.sqrt(pairs * (pairs - tiedPairs))).toBeCloseTo(0.7048325512916908, 14);
    expect(twoSidedP(s / Math.sqrt(variance))).toBeCloseTo(0.0008977230408675202, 15);
  });

  it('equals scipy on irregular days with tied values', () => {
    const { s, variance, z, p } = mannKendall(irregularWithTies);
    expect(s).toBe(33);
    expect(variance).toBeCloseTo(200.33333333333334, 10);
    expect(z).toBeCloseTo(2.260858435467516, 12);
    expect(p).toBeCloseTo(0.023768024668941734, 13);
  });

  it('sees nothing in a constant series', () => {
    expect(mannKendall(daily([3, 3, 3, 3, 3]))).toEqual({ s: 0, variance: 0, z: 0, p: 1 });
  });

  it('sees nothing in no value and in one', () => {
    expect(mannKendall([])).toEqual({ s: 0, variance: 0, z: 0, p: 1 });
    expect(mannKendall(daily([3]))).toEqual({ s: 0, variance: 0, z: 0, p: 1 });
  });

  it('cannot tell two values from chance', () => {
    expect(mannKendall(daily([1, 2]))).toEqual({ s: 1, variance: 1, z: 0, p: 1 });
  });

  it('counts as a comparison of every pair would', () => {
    fc.assert(
      fc.property(seriesOf({ min: 0, max: 80 }), (points) => {
        expect(mannKendall(points).s).toBe(bruteForceS(points));
      }),
    );
    const many = daily(normals(1, 700).map((y) => Math.round(3 * y)));
    expect(mannKendall(many).s).toBe(bruteForceS(many));
  });

  it('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(seriesOf({ max: 40 }), fc.integer(), (points, seed) => {
        expect(mannKendall(shuffled(points, seed))).toEqual(mannKendall(points));
      }),
    );
  });

  it('is blind to a shift and to any stretching that keeps the order', () => {
    fc.assert(
      fc.property(seriesOf({ max: 40 }), fc.integer({ min: -9, max: 9 }), (points, shift) => {
        expect(mannKendall(points.map(({ t, y }) => ({ t, y: y + shift })))).toEqual(mannKendall(points));
        expect(mannKendall(points.map(({ t, y }) => ({ t, y: y ** 3 })))).toEqual(mannKendall(points));
      }),
    );
  });

  it('turns over with the sign of the values', () => {
    fc.assert(
      fc.property(seriesOf({ max: 40 }), (points) => {
        const before = mannKendall(points);
        const after = mannKendall(points.map(({ t, y }) => ({ t, y: -y })));
        expect(after.s + before.s).toBe(0);
        expect(after.z + before.z).toBe(0);
        expect(after.p).toBe(before.p);
      }),
    );
  });
});

describe('moods that carry over, tested as if they did not', () => {
  // 1,500 series here as there: 3 standard errors of the difference of two such shares are up to 4.6 points.
  it.each([
    [0, 0.04466666666666667],
    [0.2, 0.08933333333333333],
    [0.3, 0.13],
    [0.5, 0.23333333333333334],
  ])('pass for a trend at φ = %p as often as an independent simulation says, over 30 days', (phi, reference) => {
    const isAlarm = (seed: number) => mannKendall(daily(autoregressive(seed, 30, phi))).p < 0.05;
    const alarms = Array.from({ length: 1_500 }, (_, seed) => isAlarm(seed + 1)).filter(Boolean).length;
    expect(Math.abs(alarms / 1_500 - reference)).toBeLessThan(3 * Math.sqrt((2 * reference * (1 - reference)) / 1_500));
  });
});

describe('the two-sided p of a normal deviate', () => {
  it.each([
    [0, 1],
    [0.5, 0.6170750774519738],
    [1.959963984540054, 0.05],
    [6, 1.973175290075389e-9],
    [10, 1.523970604832094e-23],
    [20, 5.507248237212311e-89],
    [37, 1.1451142445047853e-299],
  ])('keeps its digits at z = %p', (z, p) => {
    expect(Math.abs(twoSidedP(z) / p - 1)).toBeLessThan(1e-12);
    expect(twoSidedP(-z)).toBe(twoSidedP(z));
  });
});
