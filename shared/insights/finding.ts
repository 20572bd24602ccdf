import { z } from 'zod';
import { count, finite } from '../emotions/answer-schema.ts';
import { weekdays } from '../emotions/day-number.ts';
import { partsOfDay } from '../emotions/part-of-day.ts';
import { TrendWindow } from '../emotions/trend-window.ts';

/** Rises with every change of what is told, or of a number that it is told by. */
export const INSIGHT_VERSION = 1;

export const INSIGHT_KINDS = ['weekday', 'part_of_day', 'activity', 'trend', 'change_point', 'shift'] as const;

const Dates = TrendWindow.pick({ from: true, to: true });

/** What an insight is about. */
const Subject = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('weekday'),
      weekday: z.literal(weekdays).meta({ description: 'ISO: 1 is Monday, 7 is Sunday' }),
    }),
    z.strictObject({ kind: z.literal('part_of_day'), partOfDay: z.enum(partsOfDay) }),
    z.strictObject({
      kind: z.literal('activity'),
      activity: z.enum(['journal', 'tool']),
      toolId: z.string().nullable().meta({ description: 'Of a tool; null for journals' }),
    }),
    z.strictObject({ kind: z.literal('trend') }),
    z.strictObject({
      kind: z.literal('change_point'),
      at: z.iso.date().meta({ description: 'First day of the new level' }),
    }),
    z.strictObject({ kind: z.literal('shift'), previous: Dates.meta({ description: 'As many days before' }) }),
  ])
  .meta({ id: 'InsightSubject' });

/** Something that may be told of somebody's moods, with every number that its sentence rests on. */
export const Finding = z.strictObject({
  subject: Subject,
  direction: z.enum(['up', 'down']).meta({ description: 'Where moods lie, or which way they moved' }),
  tier: z.enum(['early', 'clear']).meta({ description: '"early sign" or "clear pattern"' }),
  method: z.string().meta({ description: 'How the analysis it rests on was made' }),
  version: z.int().meta({ description: 'Of that method' }),
  n: count('Check-ins in the window'),
  window: TrendWindow,
  effect: z.strictObject({
    value: finite('How large it is; above 0 is up'),
    unit: z.enum(['points', 'points_per_week']).meta({ description: 'Mood points, of a scale from -10 to 10' }),
  }),
  interval: z
    .tuple([z.number(), z.number()])
    .nullable()
    .meta({ description: '95 % interval of the effect, where its method has one' }),
  p: finite('Two-sided p of this test alone, corrected for what moods carry over'),
  q: finite('p corrected for all tests of the run: patterns, trends and change points of all windows'),
  tests: count('How many tests that were'),
  falseDiscoveryRate: finite('The largest q that was told of'),
  seed: z.int().nullable().meta({ description: 'Of the random orders that p was counted over; null where none were' }),
  counts: z
    .strictObject({
      count: count('How often it was so'),
      of: count('Of how many times'),
      comparedWith: count('Days that those days are compared with').nullable(),
    })
    .meta({ description: 'The natural frequency in the sentence' }),
});
export type Finding = z.infer<typeof Finding>;
export type Subject = Finding['subject'];

/** What makes findings of two runs, or of two windows, the same one. That a level has moved is one thing, however found. */
export function keyOf({ subject, direction }: Pick<Finding, 'subject' | 'direction'>): string {
  switch (subject.kind) {
    case 'weekday':
      return `weekday/${subject.weekday}/${direction}`;
    case 'part_of_day':
      return `part_of_day/${subject.partOfDay}/${direction}`;
    case 'activity':
      return `activity/${subject.toolId ?? subject.activity}/${direction}`;
    default:
      return `level/${direction}`;
  }
}

/** Told at most once a week, gently, with a link. That Sundays are lower is no change for the worse. */
export const isWorsening = ({ subject, direction }: Pick<Finding, 'subject' | 'direction'>): boolean =>
  direction === 'down' && subject.kind !== 'weekday' && subject.kind !== 'part_of_day';
