import { setImmediate as nextTurn } from 'node:timers/promises';
// Not by the index: it would load the stores into the thread, and the statistics into the api.
import type { NamedAnalyses } from '../../shared/emotions/analyses-store.ts';
import type { MoodHistory } from '../../shared/emotions/mood-store.ts';
import { patternAnswers, testWindow, type WindowTests } from '../../shared/emotions/pattern-analysis.ts';
import type { PatternPolicy } from '../../shared/emotions/pattern-policy.ts';
import { analyseTrend } from '../../shared/emotions/trend-analysis.ts';
import { datesOf, type TrendWindowName } from '../../shared/emotions/trend-window.ts';

const WINDOWS: readonly TrendWindowName[] = [7, 30, 90, 365, 'all'];

/** What is said of a history, and as of when. Plain data, so that it may be handed to a thread. */
export type AnalysesTask = {
  history: Pick<MoodHistory, 'moods' | 'journals' | 'place'>;
  nowMs: number;
  policy: PatternPolicy;
};

/**
 * Everything that is said of every window. Other jobs of this process renew their leases and answer between two of them.
 * @throws the signal's reason once it is aborted
 */
export async function analysesOf(
  { history, nowMs, policy }: AnalysesTask,
  signal?: AbortSignal,
): Promise<NamedAnalyses[]> {
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs);
  const trends: Pick<NamedAnalyses, 'name' | 'trends'>[] = [];
  const tests: WindowTests[] = [];
  for (const name of WINDOWS) {
    signal?.throwIfAborted();
    const window = datesOf(name, history.place, now);
    trends.push({ name, trends: analyseTrend(history.moods, window) });
    await nextTurn();
    tests.push(testWindow(history, { name, window }, tests));
    await nextTurn();
  }
  const patterns = new Map(patternAnswers(tests, policy).map(({ name, answer }) => [name, answer]));
  return trends.flatMap((one) => {
    const found = patterns.get(one.name);
    return found ? [{ ...one, patterns: found }] : [];
  });
}
