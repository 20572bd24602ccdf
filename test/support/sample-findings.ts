import { weekdays } from '../../shared/emotions/day-number.ts';
import { partsOfDay } from '../../shared/emotions/part-of-day.ts';
import type { Finding, Subject } from '../../shared/insights/finding.ts';

/** Something found of a person's Sundays, as it would be stored; `over` makes it another thing. */
export const sampleFinding = (over: Partial<Finding> = {}): Finding => ({
  subject: { kind: 'weekday', weekday: 7 },
  direction: 'down',
  tier: 'clear',
  method: 'a test',
  version: 2,
  n: 84,
  window: { from: '2026-01-05', to: '2026-03-29', timeZone: 'Europe/Madrid' },
  effect: { value: -2, unit: 'points' },
  interval: null,
  p: 0.001,
  q: 0.01,
  tests: 12,
  falseDiscoveryRate: 0.08,
  seed: 1,
  counts: { count: 8, of: 11, comparedWith: null },
  ...over,
});

/** Everything an insight can be about. */
export const subjects: readonly Subject[] = [
  ...weekdays.map((weekday): Subject => ({ kind: 'weekday', weekday })),
  ...partsOfDay.map((partOfDay): Subject => ({ kind: 'part_of_day', partOfDay })),
  { kind: 'activity', activity: 'journal', toolId: null },
  { kind: 'activity', activity: 'tool', toolId: '0190f5a0-0000-7000-8000-000000000001' },
  { kind: 'trend' },
  { kind: 'change_point', at: '2026-02-17' },
  { kind: 'shift', previous: { from: '2025-10-13', to: '2026-01-04' } },
];

/** A finding of every kind in either direction and tier. */
export const everyFinding: readonly Finding[] = subjects.flatMap((subject) =>
  (['up', 'down'] as const).flatMap((direction) =>
    (['early', 'clear'] as const).map((tier) =>
      sampleFinding({ subject, direction, tier, counts: { count: 8, of: 11, comparedWith: 13 } }),
    ),
  ),
);
