import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  analyseTrend,
  datesOf,
  type MoodHistory,
  type NamedAnalyses,
  readMoods,
  saveAnalyses,
  type TrendWindowName,
} from '../../shared/emotions/index.ts';
// Not by the index: the api, which reads what was computed, would load the statistics too.
import { patternAnswers, testWindow, type WindowTests } from '../../shared/emotions/pattern-analysis.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { trendsRecompute } from './contract.ts';

const WINDOWS: readonly TrendWindowName[] = [7, 30, 90, 365, 'all'];

type Computed = { analyses: NamedAnalyses[]; checkins: number; journals: number; computedAt: Temporal.Instant };

/** Reads and computes before the finishing transaction, so that no connection waits for statistics. */
export const trendsRecomputeHandler: Handler<typeof trendsRecompute, Computed | null> = {
  async prepare({ userId }, { transaction, clock, signal }) {
    const computedAt = clock.now();
    const history = await transaction({ userId }, (tx) => readMoods(tx, userId));
    if (!history) return null;
    const analyses = await analysesOf(history, computedAt, signal);
    return { analyses, checkins: history.moods.length, journals: history.journals.length, computedAt };
  },
  async effect({ userId }, { tx }, computed) {
    if (computed) await saveAnalyses(tx, userId, computed.analyses, computed);
    return { checkins: computed?.checkins ?? 0 };
  },
};

/** Other jobs of this process renew their leases and answer between two windows. */
async function analysesOf(history: MoodHistory, now: Temporal.Instant, signal: AbortSignal): Promise<NamedAnalyses[]> {
  const trends: Pick<NamedAnalyses, 'name' | 'trends'>[] = [];
  const tests: WindowTests[] = [];
  for (const name of WINDOWS) {
    signal.throwIfAborted();
    const window = datesOf(name, history.place, now);
    trends.push({ name, trends: analyseTrend(history.moods, window) });
    await nextTurn();
    tests.push(testWindow(history, { name, window }, tests));
    await nextTurn();
  }
  const patterns = new Map(patternAnswers(tests).map(({ name, answer }) => [name, answer]));
  return trends.flatMap((one) => {
    const found = patterns.get(one.name);
    return found ? [{ ...one, patterns: found }] : [];
  });
}
