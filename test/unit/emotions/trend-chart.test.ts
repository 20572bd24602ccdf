import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { analyseTrend } from '../../../shared/emotions/trend-analysis.ts';
import { trendChart } from '../../../shared/emotions/trend-chart.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-01T12:00:00Z');
const window = { from: '2026-01-01', to: '2026-03-31', timeZone: 'Europe/Madrid' };

/** One check-in at noon of each of the days from the first of January on. */
const daily = (values: readonly number[]) =>
  values.map((value, day) => {
    const occurredAtMs = START + day * DAY_MS;
    return { occurredAtMs, localDate: new Date(occurredAtMs).toISOString().slice(0, 10), value };
  });
const chartOf = (values: readonly number[], language: 'en' | 'es' = 'en') =>
  trendChart(window, analyseTrend(daily(values), window), language);
const tilted = (perDay: number) => Array.from({ length: 60 }, (_, day) => Math.sin(day * 2) + perDay * (day - 30));
const marks = (svg: string, kind: string) => svg.split(`class="${kind}`).length - 1;
const described = (svg: string) => /<desc id="description">(.*)<\/desc>/.exec(svg)?.[1];

describe('the picture of a trend', () => {
  it('has a dot for each day, a line, and a band around it', () => {
    const svg = chartOf(tilted(0.1));
    expect([marks(svg, 'day'), marks(svg, 'trend"'), marks(svg, 'band')]).toEqual([60, 1, 1]);
  });

  it('says in words what it shows, in either language', () => {
    expect(described(chartOf(tilted(0.1)))).toMatch(
      /^The median mood of 60 days, from 60 check-ins, .* The line rises by 0\.7 points a week\.$/,
    );
    expect(described(chartOf(tilted(-0.1)))).toContain('The line falls by 0.7 points a week.');
    expect(described(chartOf(tilted(0.1), 'es'))).toContain('La línea sube 0,7 puntos por semana.');
    expect(chartOf(tilted(0.1))).toContain('<title id="title">Your moods, Jan 1, 2026 to Mar 31, 2026</title>');
  });

  it('never says that a line moves by nothing', () => {
    const slow = Array.from({ length: 90 }, (_, day) => day * 0.006);
    expect(described(chartOf(slow))).toContain('The line rises by 0.04 points a week.');
  });

  it('writes one point, and one day, as one', () => {
    const oneAWeek = (sign: number) => Array.from({ length: 60 }, (_, day) => (sign * (day - 30)) / 7);
    expect(described(chartOf(oneAWeek(1)))).toContain('The line rises by 1 point a week.');
    expect(described(chartOf(oneAWeek(-0.96)))).toContain('The line falls by 1 point a week.');
    expect(described(chartOf(oneAWeek(2)))).toContain('The line rises by 2 points a week.');
    expect(described(chartOf(oneAWeek(1), 'es'))).toContain('La línea sube 1 punto por semana.');
    expect(described(chartOf(oneAWeek(-0.96), 'es'))).toContain('La línea baja 1 punto por semana.');
    expect(described(chartOf(oneAWeek(2), 'es'))).toContain('La línea sube 2 puntos por semana.');
    expect(described(chartOf([3]))).toMatch(/^The median mood of 1 day, from 1 check-in, on/);
    expect(described(chartOf([3], 'es'))).toMatch(/^La mediana del ánimo de 1 día, con 1 registro, en/);
  });

  it('draws what is not clear with a broken line, and says so', () => {
    const svg = chartOf(tilted(0));
    expect([marks(svg, 'trend faint"'), described(svg)]).toEqual([
      1,
      expect.stringContaining('There is no clear trend.'),
    ]);
  });

  it('names the year of each date where there are several', () => {
    const years = trendChart({ ...window, from: '2021-01-01' }, null, 'en');
    expect(years).toContain('>Jan 2023</text>');
    expect(trendChart(window, null, 'en')).toContain('>Feb 1</text>');
  });

  it.each([
    ['nothing was computed yet', null],
    ['there is no check-in', analyseTrend([], window)],
    ['there are too few days', analyseTrend(daily([1, 2, 3]), window)],
  ])('draws neither line nor band where %s', (_why, answer) => {
    const svg = trendChart(window, answer, 'en');
    expect([marks(svg, 'trend'), marks(svg, 'band')]).toEqual([0, 0]);
    expect(described(svg)).toContain('Not enough check-ins yet for a trend.');
  });

  it('keeps every mark on the paper, whatever the moods', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { maxLength: 90 }), (values) => {
        const svg = chartOf(values);
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
        const heights = [...svg.matchAll(/cy="([\d.]+)"/g)].map(([, y]) => Number(y));
        const path = /class="band" d="([^"]*)"/.exec(svg)?.[1] ?? '';
        heights.push(...[...path.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y)));
        expect(heights.every((y) => y >= 64 && y <= 320)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
