import type { NamedAnalyses } from '../../shared/emotions/index.ts';
import type { PatternPolicy } from '../../shared/emotions/pattern-policy.ts';
import type { PatternHistory } from '../../shared/emotions/pattern-tests.ts';
import { analyseTrend } from '../../shared/emotions/trend-analysis.ts';
import { type TrendWindowName, trendWindow } from '../../shared/emotions/trend-window.ts';
import { analysePatterns } from './analyse-patterns.ts';
import { LAST_DATE } from './felt-history.ts';

const WINDOWS: readonly TrendWindowName[] = [7, 30, 90, 365, 'all'];

/** Trends and patterns of every window of a history that ends today, the whole of it last. */
export function analyseAll(
  history: PatternHistory,
  policy: PatternPolicy,
  today: Temporal.PlainDate = LAST_DATE,
): NamedAnalyses[] {
  const firstDate = history.moods.reduce<string | null>(
    (first, { localDate }) => (first && first < localDate ? first : localDate),
    null,
  );
  const place = { today: today.toString(), timeZone: 'UTC', firstDate };
  const windows = WINDOWS.map((name) => ({ name, window: trendWindow(name, place) }));
  return analysePatterns(history, windows, policy).map(({ name, answer }) => ({
    name,
    patterns: answer,
    trends: analyseTrend(history.moods, answer.window),
  }));
}
