import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tiers } from '../../../shared/emotions/gates.ts';
import type { NamedAnalyses } from '../../../shared/emotions/index.ts';
import { Finding, isWorsening, keyOf } from '../../../shared/insights/finding.ts';
import { findingsOf } from '../../../shared/insights/findings.ts';
import { analyseAll } from '../../support/analyse-all.ts';
import { type FeltWorld, feltHistory } from '../../support/felt-history.ts';
import { usualPatternPolicy } from '../../support/pattern-policy.ts';
import { subjects } from '../../support/sample-findings.ts';

const world: FeltWorld = { seed: 3, days: 120, phi: 0.2, hours: [[9, 13, 19]] };
const analysed = (over: Partial<FeltWorld> = {}) => analyseAll(feltHistory({ ...world, ...over }), usualPatternPolicy);
const found = (over: Partial<FeltWorld> = {}) => findingsOf(analysed(over), usualPatternPolicy);
const about = (findings: readonly Finding[], key: string) => findings.find((finding) => keyOf(finding) === key);

type Effect = NonNullable<FeltWorld['effect']>;

const lowSundays: Effect = ({ weekday }) => (weekday === 7 ? -4 : 0);
const drift =
  (perDay: number): Effect =>
  ({ day }) =>
    perDay * (day - 60);
const step =
  (points: number): Effect =>
  ({ day }) =>
    day < 60 ? 0 : points;

describe('what may be told', () => {
  it('of an empty history is nothing', () => {
    expect(findingsOf(analyseAll({ moods: [], journals: [] }, usualPatternPolicy), usualPatternPolicy)).toEqual([]);
    expect(findingsOf([], usualPatternPolicy)).toEqual([]);
  });

  it('is the weekday that stands out, once, with the numbers of its answer', () => {
    const analyses = analysed({ effect: lowSundays });
    const sunday = about(findingsOf(analyses, usualPatternPolicy), 'weekday/7/down');
    const answers = analyses.map(({ patterns }) => patterns);
    const source = answers.find(({ n, window }) => n === sunday?.n && window.from === sunday.window.from);
    expect(source?.weekday).toMatchObject({ p: sunday?.p, standsOut: { group: 7, direction: 'below' } });
    expect(sunday).toMatchObject({ tier: 'clear', direction: 'down', seed: 1, method: source?.method, n: source?.n });
    expect(2 * (sunday?.counts.count ?? 0)).toBeGreaterThan(sunday?.counts.of ?? 0);
    expect(Finding.parse(sunday)).toEqual(sunday);
  });

  it('is the window with most check-ins, and of several with the same ones the closest', () => {
    const sunday = about(found({ effect: lowSundays }), 'weekday/7/down');
    // 120 days: `all` and 365 hold the same, and `all` says from when.
    expect(sunday?.window.from).toBe(feltHistory(world).moods[0]?.localDate);
  });

  it('is that moods rise or fall, with days to count', () => {
    for (const [perDay, direction] of [
      [0.06, 'up'],
      [-0.06, 'down'],
    ] as const) {
      const level = about(found({ effect: drift(perDay) }), `level/${direction}`);
      expect(level).toMatchObject({ subject: { kind: 'trend' }, tier: 'clear', effect: { unit: 'points_per_week' } });
      expect(level?.effect.value).toBeCloseTo(7 * perDay, 0);
      expect(level?.counts.of).toBe(level?.counts.comparedWith);
    }
  });

  it('is one of all that say that a level has moved', () => {
    const keys = found({ effect: step(-4) }).map(keyOf);
    expect(keys.filter((key) => key.startsWith('level/'))).toEqual(['level/down']);
  });

  it('is no trend that is certain and small', () => {
    const tiny = analysed({ effect: drift(0.06) });
    expect(
      findingsOf(tiny, { ...usualPatternPolicy, points: 20 }).filter(({ subject }) => subject.kind === 'trend'),
    ).toEqual([]);
  });

  it('is the same from the same facts and seed', () => {
    expect(found({ effect: lowSundays })).toEqual(found({ effect: lowSundays }));
  });

  it('is of one family: every q is that of all patterns, trends and change points together', () => {
    const analyses = analysed({ effect: lowSundays });
    const family = [
      ...(analyses[0]?.patterns.run.p ?? []),
      ...analyses.flatMap(({ trends: { trend } }) => ('corrected' in trend ? [trend.corrected.p] : [])),
    ];
    const changes = analyses.filter(({ trends: { series } }) => series.length >= 20).length;
    for (const { tests, q, p } of findingsOf(analyses, usualPatternPolicy)) {
      expect(tests).toBe(family.length + changes);
      expect(q).toBeGreaterThanOrEqual(p);
      expect(q).toBeLessThanOrEqual(usualPatternPolicy.falseDiscoveryRate);
    }
  });
});

describe('worsening', () => {
  it('is what moves down, not a weekday or a part of the day that is lower', () => {
    const worse = subjects.filter((subject) => isWorsening({ subject, direction: 'down' })).map(({ kind }) => kind);
    expect(worse).toEqual(['activity', 'activity', 'trend', 'change_point', 'shift']);
    expect(subjects.filter((subject) => isWorsening({ subject, direction: 'up' }))).toEqual([]);
  });
});

const p = fc.double({ min: 0, max: 1, noNaN: true });
const tier = fc.constantFrom(...tiers);
const points = fc.double({ min: -10, max: 10, noNaN: true });
const weekday = fc.integer({ min: 1, max: 7 });

/** Answers as they might come, whatever moods they came of. */
const window = fc.record({
  p,
  tier,
  points,
  weekday,
  count: fc.nat(12),
  slope: points,
  trendP: p,
  trendTier: tier,
  phi: fc.double({ min: 0, max: 0.95, noNaN: true }),
  moods: fc.array(points, { minLength: 20, maxLength: 45 }),
});

function answersOf(
  windows: readonly (typeof window extends fc.Arbitrary<infer Value> ? Value : never)[],
): NamedAnalyses[] {
  const family = windows.map((one) => one.p).sort((a, b) => a - b);
  return windows.map((one, i) => {
    const dates = { from: `20${20 + i}-01-01`, to: '2026-03-29', timeZone: 'UTC' };
    const basis = { window: dates, n: one.moods.length, days: one.moods.length, version: 1, method: 'made up' };
    const none = { insufficient: { have: 0, need: 1, unit: 'days' as const } };
    const tested = { p: one.p, q: 1, tier: one.tier };
    const series = one.moods.map((value, day) => ({
      date: Temporal.PlainDate.from('2026-01-01').add({ days: day }).toString(),
      value,
      n: 1,
    }));
    return {
      name: 'all',
      trends: {
        ...basis,
        level: none,
        spread: none,
        inertia: none,
        trend: {
          slopePerDay: one.slope,
          interval: [one.slope - 1, one.slope + 1],
          intercept: 0,
          mannKendall: { s: 0, variance: 1, z: 0, p: 1 },
          corrected: { method: 'ar1-bias-corrected-variance', phi: one.phi, p: one.trendP },
          tier: one.trendTier,
        },
        changePoint: { at: series[10]?.date ?? '', u: 1, p: 0.01 },
        series,
      },
      patterns: {
        ...basis,
        seed: 1,
        run: { p: family, ...usualPatternPolicy },
        weekday: {
          n: 12,
          groups: [{ group: one.weekday as 7, n: 12, median: 0, difference: one.points, above: 6, below: 6 }],
          h: 1,
          epsilonSquared: 1,
          medianDifference: 1,
          permutations: 1,
          ...tested,
          standsOut: {
            group: one.weekday as 7,
            direction: one.points > 0 ? 'above' : 'below',
            count: one.count,
            of: 12,
          },
        },
        partOfDay: none,
        activities: [],
        shift: none,
      },
    };
  });
}

describe('whatever the analyses say', () => {
  it('nothing is told at a q above the rate, without a tier of its own, or of fewer than most; nothing twice', () => {
    fc.assert(
      fc.property(fc.array(window, { maxLength: 5 }), (windows) => {
        const findings = findingsOf(answersOf(windows), usualPatternPolicy);
        expect(new Set(findings.map(keyOf)).size).toBe(findings.length);
        for (const { q, p: own, tier: told, counts } of findings) {
          expect(q).toBeLessThanOrEqual(told === 'clear' ? 0.04 : 0.08);
          expect(own).toBeLessThanOrEqual(q);
          expect(2 * counts.count).toBeGreaterThan(counts.of);
        }
        const silent = windows.map((one) => ({ ...one, tier: tiers[0], trendTier: tiers[0] }));
        const calendar = findingsOf(answersOf(silent), usualPatternPolicy).filter(
          ({ subject }) => subject.kind !== 'change_point',
        );
        expect(calendar).toEqual([]);
      }),
    );
  });

  it('the order of windows says nothing', () => {
    fc.assert(
      fc.property(fc.array(window, { maxLength: 5 }), fc.infiniteStream(fc.nat()), (windows, order) => {
        const analyses = answersOf(windows);
        const shuffled = analyses
          .map((one) => ({ one, place: order.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ one }) => one);
        expect(findingsOf(shuffled, usualPatternPolicy)).toEqual(findingsOf(analyses, usualPatternPolicy));
      }),
    );
  });
});
