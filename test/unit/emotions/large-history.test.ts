import { describe, expect, it } from '@jest/globals';
import { type AnalysesTask, analysesOf } from '../../../jobs/trends-recompute/analyses.ts';
import { analysesOfAnySize } from '../../../jobs/trends-recompute/large-history.ts';
import { feltHistory, LAST_DATE } from '../../support/felt-history.ts';
import { usualPatternPolicy } from '../../support/pattern-policy.ts';

const taskOf = (days: number): AnalysesTask => {
  const history = feltHistory({ seed: 1, days, phi: 0.3, hours: [[9, 13, 18]], missing: 0 });
  const firstDate = history.moods[0]?.localDate ?? null;
  return {
    history: { ...history, place: { timeZone: 'UTC', cutOffHours: 3, firstDate } },
    nowMs: LAST_DATE.toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' }).epochMilliseconds,
    policy: usualPatternPolicy,
  };
};

describe('the analysis of a large history', () => {
  it('says in a thread what it says here', async () => {
    const task = taskOf(700);
    expect(task.history.moods.length).toBeGreaterThan(2_000);
    expect(await analysesOfAnySize(task, new AbortController().signal)).toEqual(await analysesOf(task));
  });

  it('leaves the event loop to others meanwhile', async () => {
    let turns = 0;
    const analysed = analysesOfAnySize(taskOf(700), new AbortController().signal).finally(() => {
      turns = Number.NEGATIVE_INFINITY;
    });
    // Here there would be ten turns: one after each step.
    while (turns >= 0 && turns < 100) await new Promise((resolve) => setImmediate(resolve, ++turns));
    expect(turns).toBe(100);
    await analysed;
  });

  it('ends when it is aborted, for the reason given, and the next is analysed nevertheless', async () => {
    const abort = new AbortController();
    const analysed = analysesOfAnySize(taskOf(6_600), abort.signal);
    const lost = new Error('the lease is lost');
    abort.abort(lost);
    await expect(analysed).rejects.toBe(lost);
    expect(await analysesOfAnySize(taskOf(700), new AbortController().signal)).toHaveLength(5);
  });
});
