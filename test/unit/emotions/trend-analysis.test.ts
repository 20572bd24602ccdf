import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pettitt } from '../../../shared/emotions/change-point.ts';
import { type MoodPoint, moodValue } from '../../../shared/emotions/mood.ts';
import { analyseTrend } from '../../../shared/emotions/trend-analysis.ts';
import { TrendAnswer } from '../../../shared/emotions/trend-answer.ts';
import { trendWindow } from '../../../shared/emotions/trend-window.ts';
import { autoregressive } from '../../support/mood-series.ts';
import { shuffled } from './series.ts';

const start = Temporal.PlainDate.from('2026-01-01');
const window = { from: '2026-01-01', to: '2026-12-31', timeZone: 'Europe/Madrid' };

/** `perDay` check-ins three hours apart on each of `days` days, `every` so many days. */
function history(values: readonly number[], { perDay = 1, every = 1 } = {}): MoodPoint[] {
  return values.map((value, i) => {
    const date = start.add({ days: Math.floor(i / perDay) * every });
    const time = date.toZonedDateTime({ timeZone: 'UTC', plainTime: { hour: 8 + 3 * (i % perDay) } });
    return { occurredAtMs: time.epochMilliseconds, localDate: date.toString(), value };
  });
}
const flat = (n: number) => Array.from({ length: n }, (_, i) => (i % 3) - 1);
const need = (have: number, needed: number, unit: string) => ({ insufficient: { have, need: needed, unit } });
const answer = (checkins: readonly MoodPoint[]) => TrendAnswer.parse(analyseTrend(checkins, window));

describe('the analysis of an empty history', () => {
  it('is an answer of its own', () => {
    expect(answer([])).toEqual({
      window,
      n: 0,
      days: 0,
      method: 'local-day-medians/theil-sen/mann-kendall-ar1',
      version: 3,
      level: need(0, 7, 'checkins'),
      spread: need(0, 20, 'checkins'),
      inertia: need(0, 60, 'pairs'),
      trend: need(0, 10, 'days'),
      changePoint: need(0, 20, 'days'),
      series: [],
    });
  });
});

describe('the gates', () => {
  it('give a level from 7 check-ins on 5 days', () => {
    expect(answer(history(flat(6))).level).toEqual(need(6, 7, 'checkins'));
    expect(answer(history(flat(8), { perDay: 2 })).level).toEqual(need(4, 5, 'days'));
    expect(answer(history(flat(7))).level).toEqual({ mean: expect.closeTo(-1 / 7, 12), median: 0 });
  });

  it('give a spread from 20 check-ins, a clear one from 42', () => {
    expect(answer(history(flat(19))).spread).toEqual(need(19, 20, 'checkins'));
    expect(answer(history(flat(20))).spread).toMatchObject({ tier: 'early', rmssd: need(0, 10, 'pairs') });
    expect(answer(history(flat(20), { perDay: 2 })).spread).toMatchObject({ rmssd: expect.any(Number) });
    expect(answer(history(flat(42))).spread).toMatchObject({ tier: 'clear' });
  });

  it('give inertia from 60 pairs', () => {
    expect(answer(history(flat(60))).inertia).toEqual(need(59, 60, 'pairs'));
    expect(answer(history(flat(61))).inertia).toEqual({ r1: expect.any(Number), pairs: 60 });
  });

  it('give a trend from 10 days over 14', () => {
    expect(answer(history(flat(9), { every: 2 })).trend).toEqual(need(9, 10, 'days'));
    expect(answer(history(flat(13))).trend).toEqual(need(13, 14, 'span_days'));
    expect(answer(history(flat(14))).trend).toHaveProperty('slopePerDay');
    expect(answer(history(flat(10), { every: 2 })).trend).toHaveProperty('slopePerDay');
  });

  it('give a change point from 20 days', () => {
    expect(answer(history(flat(19))).changePoint).toEqual(need(19, 20, 'days'));
    expect(answer(history(flat(20))).changePoint).toBeNull();
  });
});

describe('the analysis', () => {
  it('equals the reference values for a daily series', () => {
    const { trend, series } = answer(history([5, 6, 5, 7, 6, 7, 8, 6, 8, 7, 9, 8, 8, 9]));
    expect(series).toHaveLength(14);
    expect(trend).toMatchObject({
      slopePerDay: expect.closeTo(0.2727272727272727, 12),
      interval: [expect.closeTo(0.14285714285714285, 12), expect.closeTo(0.4, 12)],
      intercept: expect.closeTo(5.2272727272727275, 12),
      mannKendall: { s: 59, variance: expect.closeTo(315.6666666666667, 10), z: expect.closeTo(3.264477137620751, 12) },
      tier: 'early',
    });
  });

  it('looks at the window only, both ends included', () => {
    const checkins = history(flat(40));
    const { n, series } = analyseTrend(checkins, { ...window, from: '2026-01-05', to: '2026-01-08' });
    expect(n).toBe(4);
    expect(series.map(({ date }) => date)).toEqual(['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08']);
  });

  it('is the same for any order of the check-ins, and fits its schema', () => {
    const checkins = fc
      .array(fc.tuple(fc.nat({ max: 100 * 24 }), fc.integer({ min: -20, max: 20 })), { maxLength: 150 })
      .map((entries) =>
        entries.map(([hours, half]) => ({
          occurredAtMs: hours * 3_600_000,
          localDate: start.add({ days: Math.floor(hours / 24) }).toString(),
          value: half / 2,
        })),
      );
    fc.assert(
      fc.property(checkins, fc.integer(), (points, seed) => {
        expect(analyseTrend(shuffled(points, seed), window)).toEqual(answer(points));
      }),
    );
  });

  it('survives JSON unchanged, so that the cache gives back what was computed', () => {
    const computed = answer(history(autoregressive(4, 200, 0.3), { perDay: 3 }));
    expect(TrendAnswer.parse(JSON.parse(JSON.stringify(computed)))).toEqual(computed);
  });

  it('of nothing but neutral check-ins is an answer with numbers in it', () => {
    const neutral = answer(history(Array(120).fill(moodValue(0, 7)), { perDay: 2 }));
    expect(neutral).toMatchObject({
      level: { mean: 0, median: 0 },
      spread: { sd: 0, relativeSd: 0, rmssd: 0 },
      inertia: { r1: null },
      trend: { slopePerDay: 0, mannKendall: { p: 1 }, corrected: { p: 1 }, tier: 'not_enough' },
      changePoint: null,
    });
  });

  it('finds the same in moods that are shifted or mirrored', () => {
    const values = autoregressive(8, 60, 0.2).map((y, i) => (i < 25 ? y : y + 4));
    const found = answer(history(values));
    for (const change of [(y: number) => y + 2, (y: number) => -y]) {
      const other = answer(history(values.map(change)));
      expect(other.changePoint).toEqual(found.changePoint);
      expect(other.spread).toMatchObject({ sd: expect.closeTo((found.spread as { sd: number }).sd, 9) });
    }
  });

  it('finds the day on which the mood changed', () => {
    const values = autoregressive(8, 60, 0.2).map((y, i) => (i < 25 ? y : y + 4));
    expect(answer(history(values)).changePoint).toMatchObject({ at: '2026-01-26', p: expect.any(Number) });
  });

  it('finds no change where the median day is the same before and after, however rare the others', () => {
    const values = Array.from({ length: 90 }, (_, day) => (day % 5 > 1 ? 6 : day < 45 ? 7 : 5));
    const { p } = pettitt(values);
    expect([p < 0.05, answer(history(values)).changePoint]).toEqual([true, null]);
  });

  it('does not take carry-over from day to day for a change of level', () => {
    const alarms = Array.from({ length: 200 }, (_, seed) =>
      analyseTrend(history(autoregressive(seed + 1, 60, 0.5)), window),
    ).filter(({ changePoint }) => changePoint !== null);
    expect(alarms.length).toBeLessThanOrEqual(14);
  });
});

describe("Pettitt's test", () => {
  it('finds the first value of the new level', () => {
    expect(pettitt([1, 2, 1, 2, 8, 9, 8, 9])).toEqual({ index: 4, u: 16, p: expect.closeTo(2 * Math.exp(-8 / 3), 12) });
  });

  it('finds nothing where nothing varies or nothing is', () => {
    expect(pettitt([3, 3, 3, 3])).toMatchObject({ u: 0, p: 1 });
    expect(pettitt([3])).toMatchObject({ u: 0, p: 1 });
    expect(pettitt([])).toMatchObject({ u: 0, p: 1 });
  });

  it('cannot tell two values from chance', () => {
    expect(pettitt([1, 2])).toEqual({ index: 1, u: 1, p: 1 });
    expect(pettitt([2, 2])).toMatchObject({ u: 0, p: 1 });
  });

  const series = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 60 });

  it('finds the same in moods shifted, mirrored and stretched in any way that keeps their order', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: -9, max: 9 }), (values, shift) => {
        const found = pettitt(values);
        for (const change of [(y: number) => y + shift, (y: number) => -y, (y: number) => y ** 3 / 2])
          expect(pettitt(values.map(change))).toEqual(found);
      }),
    );
  });

  it('finds as large a change looking backwards', () => {
    fc.assert(
      fc.property(series, (values) => {
        const { u, p } = pettitt(values);
        expect(pettitt(values.toReversed())).toMatchObject({ u, p });
      }),
    );
  });

  it('equals the sum of signs over all pairs across the change', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 30 }), (values) => {
        const { index, u } = pettitt(values);
        const across = values
          .slice(0, index)
          .flatMap((a) => values.slice(index).map((b) => Math.sign(a - b)))
          .reduce((sum: number, sign) => sum + sign, 0);
        expect(u).toBe(Math.abs(across));
      }),
    );
  });
});

describe('the window of an analysis', () => {
  const today = { today: '2026-03-01', timeZone: 'America/New_York', firstDate: '2024-05-06' };

  it('counts today as its last day', () => {
    expect(trendWindow(7, today)).toEqual({ from: '2026-02-23', to: '2026-03-01', timeZone: 'America/New_York' });
    expect(trendWindow(365, today).from).toBe('2025-03-02');
  });

  it('reaches to the first check-in when it is "all", and is today alone without any', () => {
    expect(trendWindow('all', today).from).toBe('2024-05-06');
    expect(trendWindow('all', { ...today, firstDate: null }).from).toBe('2026-03-01');
    expect(trendWindow('all', { ...today, firstDate: '2026-03-02' }).from).toBe('2026-03-01');
  });
});
