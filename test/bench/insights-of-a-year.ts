import type { PatternHistory } from '../../shared/emotions/pattern-tests.ts';
import { changesOf, type Memory } from '../../shared/insights/changes.ts';
import { isWorsening, keyOf } from '../../shared/insights/finding.ts';
import { findingsOf } from '../../shared/insights/findings.ts';
import { analyseAll } from '../support/analyse-all.ts';
import { feltHistory, LAST_DATE } from '../support/felt-history.ts';
import { usualPatternPolicy } from '../support/pattern-policy.ts';
import type { Measured } from './bench.ts';

const DAYS = 365;
const NOTHING: Memory = { known: [], deleted: [], foundSince: new Map(), worseningToldAt: null };

/**
 * What people whose moods hold nothing to be found are told in a year of runs, one a day, by the rules of what is new, stays and
 * ends: each run is one family of tests, the year is not.
 */
export function insightsOfAYear(people: number): Measured['subjects'] {
  const years = Array.from({ length: people }, (_, i) => yearOf(i + 1));
  const share = (holds: (year: Year) => boolean) => years.filter(holds).length / people;
  return {
    'a year of runs, no pattern, one a day, φ = 0.3': {
      toldAtARun: years.reduce((sum, { runsWithAny }) => sum + runsWithAny, 0) / people,
      everTold: share(({ ever }) => ever),
      everToldOfWorsening: share(({ worsening }) => worsening),
    },
  };
}

type Year = { runsWithAny: number; ever: boolean; worsening: boolean };

function yearOf(seed: number): Year {
  const history = feltHistory({ seed, days: DAYS + 30, phi: 0.3, hours: [[20]], missing: 0.1 });
  const daysAgo = Array.from({ length: DAYS + 1 }, (_, i) => DAYS - i);
  let memory = NOTHING;
  const told: string[] = [];
  const runs = daysAgo.map((ago) => {
    const today = LAST_DATE.subtract({ days: ago });
    const findings = findingsOf(
      analyseAll(upTo(history, today.toString()), usualPatternPolicy, today),
      usualPatternPolicy,
    );
    const { kept, foundSince, worseningToldAt } = changesOf(memory, findings, today.toZonedDateTime('UTC').toInstant());
    // Whatever ended may come back as new: what is remembered of it changes announcements only.
    const known = kept.map((finding) => ({ key: keyOf(finding), endedAt: null, announcedAt: null, isHidden: false }));
    memory = { ...memory, known, foundSince, worseningToldAt };
    told.push(...kept.filter(isWorsening).map(keyOf));
    return kept.length > 0;
  });
  const withAny = runs.filter((any) => any).length;
  return { runsWithAny: withAny / runs.length, ever: withAny > 0, worsening: told.length > 0 };
}

function upTo({ moods, journals }: PatternHistory, today: string): PatternHistory {
  const felt = moods.filter(({ localDate }) => localDate <= today);
  const lastMs = felt.at(-1)?.occurredAtMs ?? 0;
  return { moods: felt, journals: journals.filter(({ endMs }) => endMs <= lastMs) };
}
