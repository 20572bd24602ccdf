import {
  type NamedPatterns,
  type NamedWindow,
  patternAnswers,
  testWindow,
  type WindowTests,
} from '../../shared/emotions/pattern-analysis.ts';
import type { PatternPolicy } from '../../shared/emotions/pattern-policy.ts';
import type { PatternHistory } from '../../shared/emotions/pattern-tests.ts';

/** All windows at once, as the job does it with a pause between two. */
export function analysePatterns(
  history: PatternHistory,
  windows: readonly NamedWindow[],
  policy: PatternPolicy,
): NamedPatterns[] {
  const tests: WindowTests[] = [];
  for (const window of windows) tests.push(testWindow(history, window, tests));
  return patternAnswers(tests, policy);
}
