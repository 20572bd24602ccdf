import { describe, expect, it } from '@jest/globals';
import { TrendAnswer } from '../../../shared/emotions/index.ts';
import { analyseTrend } from '../../../shared/emotions/trend-analysis.ts';
import { emptyReport } from '../../../shared/imports/report.ts';
import { reportOf } from '../../import-file/report.ts';
import { trendLines } from '../../import-file/trend-lines.ts';
import { analysePatterns } from '../../support/analyse-patterns.ts';
import { type FeltWorld, feltHistory, LAST_DATE } from '../../support/felt-history.ts';
import { usualPatternPolicy } from '../../support/pattern-policy.ts';

const world: FeltWorld = { seed: 1, days: 100, phi: 0.3, hours: [[9, 19]], missing: 0 };

/** The report of somebody who checked in that way. */
function reportFor(over: Partial<FeltWorld>, imported = {}): string {
  const history = feltHistory({ ...world, ...over });
  const window = { from: '2026-01-01', to: LAST_DATE.toString(), timeZone: 'Europe/Madrid' };
  const [patterns] = analysePatterns(history, [{ name: 'all', window }], usualPatternPolicy);
  if (!patterns) throw new Error('every window has an answer');
  return reportOf('moods.csv', [
    {
      ...{ name: 'cheerful', about: 'Ratings.', chart: 'trends.svg', patterns: patterns.answer },
      trends: TrendAnswer.parse(analyseTrend(history.moods, window)),
      imported: { ...emptyReport('amira'), ...imported },
    },
  ]);
}

describe('the report of an import', () => {
  it('tells what became of the file', () => {
    const errors = [{ line: 7, code: 'invalid_intensity' as const }];
    expect(reportFor({}, { lines: 12, created: 9, existing: 2, rejected: 1, errors })).toContain(
      '**Import.** 12 lines, 9 became check-ins, 2 were there already, 1 were left out. The first that was left out is line 7: invalid_intensity.',
    );
  });

  it('has everything in words, with n and p and nothing that is no number', () => {
    const report = reportFor({});
    for (const heading of [
      'Level',
      'Spread',
      'Instability',
      'Inertia',
      'Trend',
      'Change point',
      'Weekdays',
      'Journals',
    ])
      expect(report).toContain(`**${heading}.** `);
    expect(report).toMatch(/\*\*Trend\.\*\* No clear trend\. The line moves by \S+ points a week \(95 % interval/);
    expect(report).toMatch(/\*\*Weekdays\.\*\* No clear pattern, n = 100 days, q = [.<]/);
    expect(report).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
  });

  it('tells of a pattern how often it held', () => {
    const report = reportFor({ effect: ({ weekday }) => (weekday === 7 ? -8 : 0) });
    expect(report).toMatch(
      /Clear pattern, n = 100 days, .* Sunday stands out: 1\d of 1\d times below the usual mood\./,
    );
  });

  it('tells which way a trend goes, and where the level changed', () => {
    const falling = reportFor({ effect: ({ day }) => 4 - day / 12 });
    expect(falling).toMatch(/The mood falls \(clear pattern\)\. The line moves by −0\.\d+ points a week/);
    expect(falling).toMatch(/The level changes most on 2026-\d\d-\d\d: the median of days was \S+ \(\d+ days\) before/);
  });

  it.each([
    [1, '+1 point'],
    [-1, '−1 point'],
    [2, '+2 points'],
  ])('writes a line that moves by %p a week so', (perWeek, words) => {
    const window = { from: '2026-01-01', to: '2026-02-09', timeZone: 'UTC' };
    const moods = Array.from({ length: 40 }, (_, day) => {
      const date = Temporal.PlainDate.from(window.from).add({ days: day });
      const { epochMilliseconds } = date.toZonedDateTime('UTC');
      return { occurredAtMs: epochMilliseconds, localDate: date.toString(), value: (perWeek * (day - 20)) / 7 };
    });
    expect(trendLines(analyseTrend(moods, window)).join('\n')).toContain(`The line moves by ${words} a week (95 %`);
  });

  it('says of little data how much is missing', () => {
    const report = reportFor({ days: 2 });
    expect(report).toContain('**Level.** Not enough yet: 4 of 7 checkins.');
    expect(report).toContain('**Trend.** Not enough yet: 2 of 10 days.');
    expect(reportFor({ days: 0 })).toContain('**Check-ins.** None.');
  });
});
