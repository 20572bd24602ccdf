import { isInsufficient } from '../emotions/gates.ts';
import type { PatternAnswer } from '../emotions/pattern-answer.ts';
import { type Analysed, basisOf, type Candidate } from './candidate.ts';
import type { Subject } from './finding.ts';

/** Weekdays, parts of the day and activities that stand out. */
export const patternCandidates = ({ patterns }: Analysed): Candidate[] => [
  ...calendarCandidates(patterns, patterns.weekday, (weekday) => ({ kind: 'weekday', weekday })),
  ...calendarCandidates(patterns, patterns.partOfDay, (partOfDay) => ({ kind: 'part_of_day', partOfDay })),
  ...activityCandidates(patterns),
];

type Calendar<Group> = {
  groups: readonly { group: Group; difference: number }[];
  standsOut: { group: Group; direction: 'above' | 'below'; count: number; of: number } | null;
  p: number;
  tier: Candidate['ownTier'];
};

function calendarCandidates<Group>(
  answer: PatternAnswer,
  pattern: Calendar<Group> | Extract<PatternAnswer['weekday'], { insufficient: unknown }>,
  subjectOf: (group: Group) => Subject,
): Candidate[] {
  if (isInsufficient(pattern) || !pattern.standsOut) return [];
  const { group, direction, count, of } = pattern.standsOut;
  const summary = pattern.groups.find((one) => one.group === group);
  if (!summary) return [];
  return [
    {
      ...basisOf(answer),
      subject: subjectOf(group),
      direction: direction === 'above' ? 'up' : 'down',
      effect: { value: summary.difference, unit: 'points' },
      interval: null,
      p: pattern.p,
      seed: answer.seed,
      counts: { count, of, comparedWith: null },
      ownTier: pattern.tier,
    },
  ];
}

const activityCandidates = (answer: PatternAnswer): Candidate[] =>
  answer.activities.flatMap(({ kind, toolId, comparison }): Candidate[] => {
    if (isInsufficient(comparison)) return [];
    const { shift, interval, p, better, worse, pairs, tier } = comparison;
    return [
      {
        ...basisOf(answer),
        subject: { kind: 'activity', activity: kind, toolId },
        direction: shift > 0 ? 'up' : 'down',
        effect: { value: shift, unit: 'points' },
        interval,
        p,
        seed: null,
        counts: { count: shift > 0 ? better : worse, of: pairs, comparedWith: null },
        ownTier: tier,
      },
    ];
  });
