import { median } from './level.ts';
import { matchedPairs } from './matched-intervals.ts';
import type { MoodInterval } from './mood-intervals.ts';
import { rounded } from './rounding.ts';
import { type HodgesLehmann, hodgesLehmann, type SignedRank, signedRank } from './signed-rank.ts';

export type BeforeAfter = SignedRank &
  HodgesLehmann & {
    pairs: number;
    /** Times for which no interval without the activity was alike. */
    unmatched: number;
    /** Median moods before and after the activity, of the matched times. */
    before: number;
    after: number;
    /** Typical change across the activity, and across the intervals without it that it is compared with. */
    change: number;
    changeWithout: number;
    /** Pairs in which the mood changed for the better, and for the worse, compared with the interval without. */
    better: number;
    worse: number;
  };

/** Pairs grow quadratically dear and hardly more telling; the latest are kept. */
const MOST_PAIRS = 400;

/**
 * How the mood changes across an activity, compared with how it changes in similar intervals without it. Differences of
 * the two changes are tested by Wilcoxon's signed ranks; `shift` is their Hodges–Lehmann estimate. It tells what goes
 * together, never what makes what. `without` in order of mood.
 */
export function beforeAfter(withActivity: readonly MoodInterval[], without: readonly MoodInterval[]): BeforeAfter {
  const latest = withActivity.slice(-MOST_PAIRS);
  const pairs = matchedPairs(latest, without);
  const acted = pairs.map((pair) => pair.withActivity);
  const changes = acted.map(changeOf);
  const changesWithout = pairs.map((pair) => changeOf(pair.without));
  const differences = changes.map((change, i) => rounded(change - (changesWithout[i] ?? 0)));
  return {
    pairs: pairs.length,
    unmatched: latest.length - pairs.length,
    before: median(acted.map(({ before }) => before)),
    after: median(acted.map(({ after }) => after)),
    change: hodgesLehmann(changes).shift,
    changeWithout: hodgesLehmann(changesWithout).shift,
    ...hodgesLehmann(differences),
    ...signedRank(differences),
    better: differences.filter((difference) => difference > 0).length,
    worse: differences.filter((difference) => difference < 0).length,
  };
}

const changeOf = ({ before, after }: MoodInterval): number => rounded(after - before);
