import { describe, expect, it } from '@jest/globals';
import { activityTests } from '../../../shared/emotions/activity-tests.ts';
import type { FeltMood } from '../../../shared/emotions/felt-mood.ts';
import { stopwatch } from '../../../shared/platform/clock.ts';

const HOUR = 3_600_000;
const START = Temporal.PlainDate.from('2020-01-01');

/** On each day three check-ins two hours apart; the last of them names a tool, unless that is null. */
const days = (tools: readonly (string | null)[]): FeltMood[] =>
  tools.flatMap((toolId, day) => {
    const date = START.add({ days: day });
    const midnight = date.toZonedDateTime('UTC').epochMilliseconds;
    return [0, 2, 4].map((hour) => ({
      occurredAtMs: midnight + (8 + hour) * HOUR,
      localDate: date.toString(),
      value: hour === 4 ? 3 + (day % 4) : -1,
      partOfDay: 'morning' as const,
      category: 'pleasant',
      toolId: hour === 4 ? toolId : null,
    }));
  });
const name = (tool: number) => `tool-${String(tool).padStart(4, '0')}`;
const times = (n: number, tool: string): string[] => Array.from({ length: n }, () => tool);
const toolsOf = (moods: readonly FeltMood[]) =>
  activityTests(moods, [])
    .slice(1)
    .map(({ toolId }) => toolId);

describe('the tests of activities', () => {
  it('say something of journals even where there are none', () => {
    expect(activityTests([], [])).toEqual([
      { kind: 'journal', toolId: null, comparison: { insufficient: { have: 0, need: 6, unit: 'pairs' } } },
    ]);
  });

  it('look at tools from six uses on', () => {
    expect(toolsOf(days([...times(6, 'six'), ...times(5, 'five')]))).toEqual(['six']);
  });

  it('leave out a tool that was used often and never between two check-ins of a day', () => {
    const alone = days(times(9, 'alone')).filter(({ toolId }) => toolId !== null);
    expect(toolsOf(alone)).toEqual([]);
  });

  it('say how few pairs a tool has that was used often enough', () => {
    const [, tool] = activityTests(days(times(6, 'six')), []);
    expect(tool).toMatchObject({ toolId: 'six', comparison: { pairs: 6 } });
    const steps = days(times(6, 'six')).filter((_, i) => i % 3 !== 0);
    expect(activityTests(steps, [])[1]).toMatchObject({ comparison: { insufficient: { have: 0, need: 6 } } });
  });

  it('look at the fifty used most, the most used first and equals by their id', () => {
    const used = Array.from({ length: 60 }, (_, tool) => times(tool === 59 ? 7 : 6, name(tool))).flat();
    expect(toolsOf(days(used))).toEqual([name(59), ...Array.from({ length: 49 }, (_, tool) => name(tool))]);
  });

  it('hold intervals with a tool that is not looked at for none without an activity', () => {
    const twoADay = (last: string | null) => days([...times(6, 'often'), last]).filter((_, i) => i % 3 !== 0);
    const have = (moods: readonly FeltMood[]) => activityTests(moods, [])[1]?.comparison;
    expect(have(twoADay('rare'))).toMatchObject({ insufficient: { have: 0 } });
    expect(have(twoADay(null))).toMatchObject({ insufficient: { have: 1 } });
  });

  it('take no time worth speaking of for thousands of tools', () => {
    const strangers = days(Array.from({ length: 5_000 }, (_, tool) => name(tool)));
    const elapsed = stopwatch();
    expect(toolsOf(strangers)).toEqual([]);
    expect(elapsed()).toBeLessThan(2_000);
  });
});
