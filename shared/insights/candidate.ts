import type { Tier } from '../emotions/gates.ts';
import type { NamedAnalyses } from '../emotions/index.ts';
import type { Finding } from './finding.ts';

/** What one test of one window found, before all tests of the run are looked at together. */
export type Candidate = Omit<Finding, 'tier' | 'q' | 'tests' | 'falseDiscoveryRate'> & { ownTier: Tier };

export type Analysed = Pick<NamedAnalyses, 'trends' | 'patterns'>;

/** What every candidate says of the analysis it comes from. */
export const basisOf = ({ n, window, method, version }: Pick<Finding, 'n' | 'window' | 'method' | 'version'>) => ({
  n,
  window,
  method,
  version,
});
