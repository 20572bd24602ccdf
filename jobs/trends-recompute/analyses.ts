import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  analyseTrend,
  datesOf,
  type MoodHistory,
  type NamedAnalyses,
  type TrendWindowName,
} from '../../shared/emotions/index.ts';
// Not by the index: the api, which reads what was computed, would load the statistics too.
import { patternAnswers, testWindow, type WindowTests } from '../../shared/emotions/pattern-analysis.ts';

const WINDOWS: readonly TrendWindowName[] = [7, 30, 90, 365, 'all'];

/**
 * Everything that is said of every window. Other jobs of this process renew their leases and answer between two of them.
 * @throws the signal's reason once it is aborted
 */
export async function analysesOf(
  history: MoodHistory,
  now: Temporal.Instant,
  signal: AbortSignal,
): Promise<NamedAnalyses[]> {
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
