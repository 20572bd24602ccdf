import { z } from 'zod';
import { count, finite } from './answer-schema.ts';
import { weekdays } from './day-number.ts';
import { partsOfDay } from './part-of-day.ts';
import { TrendWindow } from './trend-window.ts';

const counted = { n: count('Check-ins'), share: finite('Of all check-ins of the window, 0 … 1') };

/** The answer of `/v1/emotions/distribution`. */
export const DistributionAnswer = z
  .strictObject({
    window: TrendWindow,
    n: count('Check-ins in the window'),
    types: z.array(
      z.strictObject({
        emotionTypeId: z.int(),
        name: z.string(),
        category: z.string(),
        ...counted,
        medianIntensity: finite('Median intensity, 1 … 10'),
      }),
    ),
    categories: z.array(z.strictObject({ category: z.string(), ...counted })),
    weekdays: z.array(
      z.strictObject({ weekday: z.literal(weekdays).meta({ description: 'ISO: 1 is Monday' }), ...counted }),
    ),
    partsOfDay: z.array(
      z.strictObject({
        partOfDay: z.enum(partsOfDay).meta({ description: 'From 5, 12, 17 and 22 o’clock by the wall clock' }),
        ...counted,
      }),
    ),
  })
  .meta({
    id: 'Distribution',
    description: 'Feelings that occur, the most frequent first; all weekdays and parts of day',
  });

export type DistributionAnswer = z.infer<typeof DistributionAnswer>;
