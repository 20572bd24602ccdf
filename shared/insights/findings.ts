import { qValues } from '../emotions/false-discovery-rate.ts';
import { isInsufficient } from '../emotions/gates.ts';
import type { PatternPolicy } from '../emotions/pattern-policy.ts';
import type { Analysed, Candidate } from './candidate.ts';
import { type Finding, keyOf } from './finding.ts';
import { type Looked, levelCandidates, lookedAt } from './level-candidates.ts';
import { patternCandidates } from './pattern-candidates.ts';

/**
 * What may be told of the analyses of one run: of all windows, in any order. All tests of the run, of patterns, trends and
 * change points alike, are one family; what is told has a q within the policy's rate as well as a tier of its own, and holds
 * for most of what its sentence counts. Each finding is told of one window. In order of their keys.
 */
export function findingsOf(analyses: readonly Analysed[], policy: PatternPolicy): Finding[] {
  const looked = analyses.map(lookedAt);
  const family = familyOf(looked);
  const q = qValues(family);
  const history = longestSeries(analyses);
  const findings = looked
    .flatMap((one) => [...patternCandidates(one), ...levelCandidates(one, history, policy.points)])
    .flatMap((candidate) => told(candidate, { q: q.get(candidate.p) ?? 1, tests: family.length, policy }));
  const byKey = Map.groupBy(findings, keyOf);
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key)?.toSorted(inOrderOfPreference).at(0) ?? []);
}

/** Patterns name the p of all windows in each; trends and change points are of their window alone. */
const familyOf = (analyses: readonly Looked[]): number[] => [
  ...(analyses[0]?.patterns.run.p ?? []),
  ...analyses.flatMap(({ trends: { trend } }) => (isInsufficient(trend) ? [] : [trend.corrected.p])),
  ...analyses.flatMap(({ changePointP }) => changePointP ?? []),
];

const longestSeries = (analyses: readonly Analysed[]) =>
  analyses
    .map(({ trends }) => trends.series)
    .reduce((longest, one) => (one.length > longest.length ? one : longest), []);

type Judged = { q: number; tests: number; policy: PatternPolicy };

function told({ ownTier, ...candidate }: Candidate, { q, tests, policy }: Judged): Finding[] {
  const { count, of } = candidate.counts;
  const { falseDiscoveryRate } = policy;
  if (ownTier === 'not_enough' || q > falseDiscoveryRate || 2 * count <= of) return [];
  const tier = ownTier === 'clear' && q <= falseDiscoveryRate / 2 ? 'clear' : 'early';
  return [{ ...candidate, tier, q, tests, falseDiscoveryRate }];
}

const PREFERRED: readonly Finding['subject']['kind'][] = ['trend', 'change_point', 'shift'];

/**
 * Of what was found in several windows, or in several ways: what is clear, then a trend before a change of level before a
 * comparison, then what rests on the most check-ins, then the window that holds them most closely.
 */
const inOrderOfPreference = (a: Finding, b: Finding): number =>
  Number(b.tier === 'clear') - Number(a.tier === 'clear') ||
  PREFERRED.indexOf(a.subject.kind) - PREFERRED.indexOf(b.subject.kind) ||
  b.n - a.n ||
  (a.window.from === b.window.from ? 0 : a.window.from > b.window.from ? -1 : 1);
