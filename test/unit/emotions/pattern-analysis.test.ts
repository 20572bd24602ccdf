import { describe, expect, it } from '@jest/globals';
import { gates } from '../../../shared/emotions/gates.ts';
import { partOfHour } from '../../../shared/emotions/part-of-day.ts';
import { patternAnswers, testWindow } from '../../../shared/emotions/pattern-analysis.ts';
import { PatternAnswer } from '../../../shared/emotions/pattern-answer.ts';
import { tierOf } from '../../../shared/emotions/pattern-policy.ts';
import type { PatternHistory } from '../../../shared/emotions/pattern-tests.ts';
import { previousDates, type TrendWindowName, trendWindow } from '../../../shared/emotions/trend-window.ts';
import { analysePatterns } from '../../support/analyse-patterns.ts';
import { feltHistory, LAST_DATE } from '../../support/felt-history.ts';
import { usualPatternPolicy } from '../../support/pattern-policy.ts';
import { shuffled } from './series.ts';

const NAMES: readonly TrendWindowName[] = [7, 30, 90, 365, 'all'];
const nothing: PatternHistory = { moods: [], journals: [] };
const need = (have: number, needed: number, unit: string) => ({ insufficient: { have, need: needed, unit } });

function windowsOf({ moods }: PatternHistory) {
  const firstDate = moods.reduce<string | null>(
    (first, { localDate }) => (first && first < localDate ? first : localDate),
    null,
  );
  return NAMES.map((name) => ({
    name,
    window: trendWindow(name, { today: LAST_DATE.toString(), timeZone: 'UTC', firstDate }),
  }));
}
const answers = (history: PatternHistory) => analysePatterns(history, windowsOf(history), usualPatternPolicy);
const answerOf = (history: PatternHistory, name: TrendWindowName): PatternAnswer =>
  PatternAnswer.parse(answers(history).find((one) => one.name === name)?.answer);

/** One check-in at nine on each of the last `days` days. */
const daily = (days: number, value: (day: number) => number = (day) => (day * day) % 5): PatternHistory => ({
  moods: Array.from({ length: days }, (_, day) => ({
    occurredAtMs: LAST_DATE.subtract({ days: days - 1 - day }).toZonedDateTime('UTC').epochMilliseconds + 9 * 3_600_000,
    localDate: LAST_DATE.subtract({ days: days - 1 - day }).toString(),
    value: value(day),
    partOfDay: 'morning',
    category: 'pleasant',
    toolId: null,
  })),
  journals: [],
});

describe('the patterns of an empty history', () => {
  it.each(NAMES)('are an answer of their own for the window %p', (name) => {
    expect(answerOf(nothing, name)).toMatchObject({
      n: 0,
      days: 0,
      version: 3,
      seed: 1,
      run: { p: [], falseDiscoveryRate: 0.08, epsilonSquared: 0.08, points: 1 },
      weekday: need(0, 5, 'weeks'),
      partOfDay: need(0, 8, 'values'),
      activities: [{ kind: 'journal', toolId: null, comparison: need(0, 6, 'pairs') }],
      shift: need(0, 20, 'days'),
    });
  });
});

describe('the patterns of hardly anything', () => {
  it.each([1, 2])('are that there is not enough, with %p check-ins', (days) => {
    expect(answerOf(daily(days), 'all')).toMatchObject({
      n: days,
      days,
      run: { p: [] },
      weekday: need(0, 5, 'weeks'),
      partOfDay: need(0, 8, 'values'),
      activities: [{ comparison: need(0, 6, 'pairs') }],
      shift: need(0, 20, 'days'),
    });
  });

  it('are none where all moods are equal, however long the history', () => {
    const { moods, journals } = feltHistory({ seed: 5, days: 200, phi: 0.3, hours: [[9, 13, 19]] });
    const equal = { journals, moods: moods.map((mood) => ({ ...mood, value: 0 })) };
    for (const { answer } of answers(equal)) {
      const { weekday, partOfDay, shift, run } = PatternAnswer.parse(answer);
      expect(run.p.filter((p) => p < 1)).toEqual([]);
      for (const test of [weekday, partOfDay, shift])
        if (!('insufficient' in test)) expect(test).toMatchObject({ tier: 'not_enough', p: 1 });
    }
  });
});

describe('the gates', () => {
  it('look for weekdays from five full weeks on', () => {
    expect(answerOf(daily(34), 'all').weekday).toEqual(need(4, 5, 'weeks'));
    expect(answerOf(daily(35), 'all').weekday).toMatchObject({ n: 35, groups: { length: 7 } });
  });

  it('look for parts of the day from eight values in each of two on, and leave out the others', () => {
    const history = (mornings: number, evenings: number, nights: number): PatternHistory => ({
      ...nothing,
      moods: [
        [9, mornings],
        [18, evenings],
        [23, nights],
      ].flatMap(([hour = 0, days = 0]) =>
        daily(days).moods.map((mood) => ({
          ...mood,
          occurredAtMs: mood.occurredAtMs + (hour - 9) * 3_600_000,
          partOfDay: partOfHour(hour),
        })),
      ),
    });
    expect(answerOf(history(20, 7, 6), 30).partOfDay).toEqual(need(7, 8, 'values'));
    expect(answerOf(history(20, 8, 7), 30).partOfDay).toMatchObject({
      n: 28,
      groups: [
        { group: 'morning', n: 20 },
        { group: 'evening', n: 8 },
      ],
    });
  });

  it('compare a window with the one before from 20 days in each on, and "all" with nothing', () => {
    expect(answerOf(daily(49), 30).shift).toEqual(need(19, 20, 'days'));
    expect(answerOf(daily(50), 30).shift).toMatchObject({ daysNow: 30, daysBefore: 20 });
    expect(answerOf(daily(500), 7).shift).toEqual(need(7, 20, 'days'));
    expect(answerOf(daily(500), 'all').shift).toEqual(need(0, 20, 'days'));
  });

  it('compare activities from six pairs with a difference on', () => {
    const history = feltHistory({ seed: 3, days: 40, phi: 0.3, hours: [[9, 13, 19]] });
    const few = { ...history, journals: history.journals.slice(0, 4) };
    expect(answerOf(few, 'all').activities[0]).toMatchObject({
      comparison: { insufficient: { need: 6, unit: 'pairs' } },
    });
    expect(answerOf(history, 'all').activities[0]).toMatchObject({
      kind: 'journal',
      comparison: { tier: expect.any(String) },
    });
  });
});

describe('the window before', () => {
  it('is as long and ends where the window begins', () => {
    const window = trendWindow(30, { today: '2026-03-30', timeZone: 'UTC', firstDate: null });
    expect([window.from, previousDates(30, window)]).toEqual(['2026-03-01', { from: '2026-01-30', to: '2026-02-28' }]);
    expect(previousDates('all', window)).toBeNull();
  });
});

describe('what is told of', () => {
  const finding = { q: 0.04, points: 1, epsilonSquared: 0, isLong: true };
  const tier = (over: object) => tierOf({ ...finding, ...over }, usualPatternPolicy);

  it('has a q of at most .08 and an effect worth telling', () => {
    expect([tier({ q: 0.08 }), tier({ q: 0.0801 })]).toEqual(['early', 'not_enough']);
    expect([tier({ points: 0.99 }), tier({ points: -1 })]).toEqual(['not_enough', 'clear']);
    expect([tier({ points: 0, epsilonSquared: 0.08 }), tier({ points: 0, epsilonSquared: 0.079 })]).toEqual([
      'clear',
      'not_enough',
    ]);
  });

  it('needs points where a test has no share of the variance, whatever share is asked for', () => {
    const every = { ...usualPatternPolicy, epsilonSquared: 0 };
    const without = { q: 0.04, points: 0.3, isLong: true };
    expect([tierOf(without, every), tierOf({ ...without, epsilonSquared: 0 }, every)]).toEqual(['not_enough', 'clear']);
  });

  it('is as large as is asked for where only rounding makes it smaller', () => {
    expect(tier({ points: 1.3 - 0.3 - 1e-15 })).toBe('clear');
  });

  it('is clear only with much data and half that q', () => {
    expect([tier({}), tier({ isLong: false }), tier({ q: 0.041 })]).toEqual(['clear', 'early', 'early']);
    expect(gates.weekday.clearWeeks).toBeGreaterThan(gates.weekday.weeks);
  });

  it('is a weekday, with how often', () => {
    const history = feltHistory({
      seed: 1,
      days: 100,
      phi: 0.3,
      hours: [[9]],
      missing: 0,
      effect: ({ weekday }) => (weekday === 7 ? -8 : 0),
    });
    expect(answerOf(history, 90).weekday).toMatchObject({ tier: 'clear', standsOut: { group: 7, direction: 'below' } });
  });

  it('is a part of the day', () => {
    const history = feltHistory({
      seed: 2,
      days: 60,
      phi: 0.3,
      hours: [[9, 13, 19]],
      effect: ({ hour }) => (hour > 17 ? 5 : 0),
    });
    expect(answerOf(history, 30).partOfDay).toMatchObject({
      tier: 'clear',
      standsOut: { group: 'evening', direction: 'above' },
    });
  });

  it('is clear where two parts of the day have data enough, however rare a third is', () => {
    const history = feltHistory({
      seed: 2,
      days: 60,
      phi: 0.3,
      hours: [
        [9, 19],
        [9, 19],
        [9, 19],
        [9, 13, 19],
      ],
      missing: 0,
      effect: ({ hour }) => (hour > 17 ? 5 : 0),
    });
    const { partOfDay } = answerOf(history, 90);
    expect(partOfDay).toMatchObject({ tier: 'clear', groups: { length: 3 } });
    const rarest = 'groups' in partOfDay ? Math.min(...partOfDay.groups.map(({ n }) => n)) : Number.NaN;
    expect(rarest).toBeLessThan(gates.partOfDay.clearValues);
  });

  it('is a change since the window before', () => {
    const history = feltHistory({
      seed: 3,
      days: 180,
      phi: 0.3,
      hours: [[9]],
      effect: ({ day }) => (day < 90 ? -3 : 3),
    });
    expect(answerOf(history, 90).shift).toMatchObject({
      tier: 'clear',
      categories: [{ category: 'pleasant' }, { category: 'unpleasant' }],
    });
  });

  it('is what goes with journals beyond natural recovery', () => {
    const history = feltHistory({ seed: 4, days: 120, phi: 0.3, hours: [[9, 13, 18]], missing: 0, afterJournal: 5 });
    expect(answerOf(history, 'all').activities[0]).toMatchObject({ kind: 'journal', comparison: { tier: 'clear' } });
  });

  it('is not natural recovery itself', () => {
    const found = Array.from({ length: 30 }, (_, seed) => {
      const history = feltHistory({ seed: seed + 1, days: 90, phi: 0.3, hours: [[9, 13, 18]] });
      return answerOf(history, 'all').activities[0]?.comparison;
    }).flatMap((comparison) => (comparison && 'change' in comparison ? [comparison] : []));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(found.map(({ change }) => change))).toBeGreaterThan(1.3);
    expect(Math.abs(mean(found.map(({ shift }) => shift)))).toBeLessThan(0.4);
  });
});

describe('a run', () => {
  const history = feltHistory({ seed: 8, days: 200, phi: 0.3, hours: [[9, 18], [13]] });

  it('is one family of tests, whatever the window', () => {
    const runs = answers(history).map(({ answer }) => answer.run);
    expect(new Set(runs.map((run) => JSON.stringify(run))).size).toBe(1);
    expect(runs[0]?.p.length).toBeGreaterThan(6);
    const alone = patternAnswers(
      windowsOf(history)
        .slice(2, 3)
        .map((window) => testWindow(history, window)),
      usualPatternPolicy,
    );
    const pOf = (answer: PatternAnswer | undefined) => (answer && 'p' in answer.weekday ? answer.weekday.p : null);
    expect(pOf(alone[0]?.answer)).toBe(pOf(answers(history)[2]?.answer));
  });

  it('is answered the same again, in any order of check-ins and journals', () => {
    const other = { moods: shuffled(history.moods, 4), journals: shuffled(history.journals, 5) };
    expect(answers(other)).toEqual(answers(history));
  });

  it('finds the same in moods that are mirrored', () => {
    const mirrored = history.moods.map((mood) => ({ ...mood, value: -mood.value }));
    const found = answers({ ...history, moods: mirrored });
    for (const [i, { answer }] of answers(history).entries()) {
      const other = found[i]?.answer;
      for (const name of ['weekday', 'partOfDay'] as const) {
        const [one, turned] = [answer[name], other?.[name]];
        if ('insufficient' in one || !turned || 'insufficient' in turned) expect(turned).toEqual(one);
        else expect([turned.p, turned.epsilonSquared]).toEqual([one.p, expect.closeTo(one.epsilonSquared, 9)]);
      }
    }
  });

  it('finds the same in moods that are shifted', () => {
    const moods = history.moods.map((mood) => ({ ...mood, value: mood.value / 2 }));
    const shifted = moods.map((mood) => ({ ...mood, value: mood.value + 2 }));
    expect(answers({ ...history, moods: shifted })[0]?.answer.run.p).toEqual(
      answers({ ...history, moods })[0]?.answer.run.p,
    );
  });
});
