import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { correctForAutocorrelation } from '../../../shared/emotions/autocorrelation-correction.ts';
import { mannKendall } from '../../../shared/emotions/mann-kendall.ts';
import { twoSidedP } from '../../../shared/emotions/normal.ts';
import { trendOf } from '../../../shared/emotions/trend.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import { autoregressive, daily, normals } from '../../support/mood-series.ts';
import { irregularWithTies, rising, seriesOf, shuffled } from './series.ts';

const share = (runs: number, holds: (seed: number) => boolean) =>
  Array.from({ length: runs }, (_, seed) => holds(seed + 1)).filter(Boolean).length / runs;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const correctedP = (values: readonly number[]) => trendOf(daily(values)).corrected.p;
const drifting = (values: readonly number[], drift: number) =>
  values.map((y, i) => y + (drift * i) / (values.length - 1));

describe('the trend of a series', () => {
  it('joins line, plain test and corrected test', () => {
    const trend = trendOf(rising);
    expect(trend.slopePerDay).toBeCloseTo(0.2727272727272727, 12);
    expect(trend.mannKendall.s).toBe(59);
    expect(trend.corrected.method).toBe('ar1-bias-corrected-variance');
    expect(trend.tier).toBe('early');
  });

  it('speaks of a clear pattern from 30 days on', () => {
    expect(trendOf(daily(Array.from({ length: 29 }, (_, i) => i / 4))).tier).toBe('early');
    expect(trendOf(daily(Array.from({ length: 30 }, (_, i) => i / 4))).tier).toBe('clear');
  });

  it('says "not enough" of chance, however long the series', () => {
    expect(trendOf(daily(normals(12, 200))).tier).toBe('not_enough');
  });

  it.each([6, 0.7])('finds nothing in a constant series of %p', (mood) => {
    const { slopePerDay, mannKendall: test, corrected, tier } = trendOf(daily(Array(40).fill(mood)));
    expect([slopePerDay, test.s, test.p, corrected.phi, corrected.p, tier]).toEqual([0, 0, 1, 0, 1, 'not_enough']);
  });

  it('speaks of no trend where most days are equal and the line is level, however rare the others', () => {
    const { slopePerDay, corrected, tier } = trendOf(
      daily(Array.from({ length: 90 }, (_, day) => (day > 45 && day % 3 === 0 ? 5 : 6))),
    );
    expect([slopePerDay, tier]).toEqual([0, 'not_enough']);
    expect(corrected.p).toBeLessThan(0.05);
  });

  it.each([0, 1])('has no slope and no doubt about it with %p values', (n) => {
    const { slopePerDay, corrected } = trendOf(daily(Array(n).fill(6)));
    expect(slopePerDay).toBeNaN();
    expect(corrected.p).toBe(1);
  });

  it('goes through two values and cannot tell them from chance', () => {
    const { slopePerDay, interval, intercept, mannKendall: test, corrected, tier } = trendOf(daily([1, 3]));
    expect([slopePerDay, interval, intercept, test.s]).toEqual([2, [2, 2], 1, 1]);
    expect([test.p, corrected.p, tier]).toEqual([1, 1, 'not_enough']);
  });

  it('is the same for moods that are shifted, but for where the line lies', () => {
    fc.assert(
      fc.property(seriesOf({ max: 40 }), fc.integer({ min: -10, max: 10 }), (points, shift) => {
        const [before, after] = [trendOf(points), trendOf(points.map(({ t, y }) => ({ t, y: y + shift })))];
        expect(after.mannKendall).toEqual(before.mannKendall);
        expect(after.slopePerDay).toBeCloseTo(before.slopePerDay, 9);
        expect(after.intercept).toBeCloseTo(before.intercept + shift, 9);
        expect(after.corrected.p).toBeCloseTo(before.corrected.p, 9);
        expect(after.tier).toBe(before.tier);
      }),
    );
  });

  it('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(seriesOf({ max: 40 }), fc.integer(), (points, seed) => {
        expect(trendOf(shuffled(points, seed))).toEqual(trendOf(points));
      }),
    );
  });

  it('gives the same p for a mood and its mirror image', () => {
    fc.assert(
      fc.property(seriesOf({ max: 40 }), (points) => {
        const mirrored = trendOf(points.map(({ t, y }) => ({ t, y: -y })));
        expect(mirrored.corrected.p).toBeCloseTo(trendOf(points).corrected.p, 9);
      }),
    );
  });
});

describe('the correction for autocorrelation', () => {
  it('never makes the test laxer', () => {
    fc.assert(
      fc.property(seriesOf({ max: 60 }), (points) => {
        const { mannKendall: plain, corrected } = trendOf(points);
        expect(corrected.p).toBeGreaterThanOrEqual(plain.p - 1e-12);
        expect(corrected.phi).toBeGreaterThanOrEqual(0);
        expect(corrected.phi).toBeLessThanOrEqual(0.95);
      }),
    );
  });

  it('leaves a straight line alone: what rounding leaves of it is no carry-over', () => {
    const line = daily(Array.from({ length: 40 }, (_, i) => 0.1 * i));
    expect(trendOf(line).corrected).toMatchObject({ phi: 0, p: mannKendall(line).p });
  });

  it('removes the bias of φ on average', () => {
    const estimates = Array.from(
      { length: 400 },
      (_, seed) => trendOf(daily(autoregressive(seed + 1, 100, 0.3))).corrected.phi,
    );
    expect(sum(estimates) / estimates.length).toBeCloseTo(0.3, 1);
  });

  it('measures φ per usual gap, days missing or not', () => {
    const every = autoregressive(5, 2_000, 0.6).map((y, t) => ({ t, y }));
    const withGaps = every.filter(({ t }) => t % 7 !== 2 && t % 11 !== 4);
    const everyOther = every.filter(({ t }) => t % 2 === 0);
    expect(trendOf(every).corrected.phi).toBeCloseTo(0.6, 1);
    expect(trendOf(withGaps).corrected.phi).toBeCloseTo(0.6, 1);
    expect(Math.abs(trendOf(everyOther).corrected.phi - 0.36)).toBeLessThan(0.07);
  });

  it('inflates the variance as the sum over all pairs of days says', () => {
    const slow = irregularWithTies.map(({ t }) => ({ t, y: t + 3 * Math.sin(t / 4) })); // the median gap is one day
    const test = mannKendall(slow);
    const { phi, p } = correctForAutocorrelation(slow, test, 1);
    const scores = slow.map(({ t }, i) => ({ t, c: 2 * i + 1 - slow.length }));
    const pairs = scores.flatMap((a) => scores.map((b) => a.c * b.c * phi ** Math.abs(a.t - b.t)));
    const inflation = sum(pairs) / sum(scores.map(({ c }) => c * c));
    expect(phi).toBeGreaterThan(0.3);
    expect(inflation).toBeGreaterThan(1.5);
    expect(p).toBeCloseTo(twoSidedP((test.s - 1) / Math.sqrt(test.variance * inflation)), 12);
  });

  // 600 runs each: 2 standard errors are 1.6–2 points, so the bounds are generous; the exact table comes from the bench.
  it.each([0, 0.3, 0.5])('keeps false alarms near 5 % at φ = %p over 60 days', (phi) => {
    const alarms = share(600, (seed) => correctedP(autoregressive(seed, 60, phi)) < 0.05);
    expect(alarms).toBeGreaterThan(0.015);
    expect(alarms).toBeLessThan(0.085);
  });

  it('tames what the plain test does to moods that carry over', () => {
    const plain = share(400, (seed) => mannKendall(daily(autoregressive(seed, 60, 0.5))).p < 0.05);
    expect(plain).toBeGreaterThan(0.18);
  });

  it('still finds a drift of 2 SD over 60 days about nine times in ten', () => {
    const found = share(400, (seed) => correctedP(drifting(autoregressive(seed, 60, 0.3), 2)) < 0.05);
    expect(found).toBeGreaterThan(0.82);
  });

  it('keeps false alarms near 5 % when a third of the days is missing', () => {
    const alarms = share(600, (seed) => {
      const chance = seededRandom(seed + 5_000);
      const kept = daily(autoregressive(seed, 90, 0.4)).filter(() => chance() < 2 / 3);
      return trendOf(kept).corrected.p < 0.05;
    });
    expect(alarms).toBeLessThan(0.085);
  });
});
