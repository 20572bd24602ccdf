import { z } from 'zod';
import { gateUnits, tiers } from './gates.ts';
import { TrendWindow } from './trend-window.ts';

export const finite = (description: string) => z.number().meta({ description });
export const count = (description: string) => z.int().nonnegative().meta({ description });

const InsufficientData = z
  .strictObject({
    insufficient: z.strictObject({
      have: count('How many there are'),
      need: count('How many it takes'),
      unit: z.enum(gateUnits).meta({
        description:
          '`days` are distinct days with a check-in, `span_days` calendar days from first to last, `weeks` those in which ' +
          'each weekday was recorded, `values` medians of one part of one day',
      }),
    }),
  })
  .meta({ id: 'InsufficientData', description: 'Stands in the place of any value for which there is too little data' });

export const TierName = z
  .enum(tiers)
  .meta({ id: 'Tier', description: 'How much may be said: "not enough yet", "early sign", "clear pattern"' });

export const orInsufficient = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, InsufficientData]);

/** What every analysis says of itself: of which check-ins it is, and how it was made. */
export const analysedWindow = {
  window: TrendWindow,
  n: count('Check-ins in the window; of more than 20,000 in all the newest are analysed'),
  days: count('Distinct local days with a check-in'),
  method: z.string(),
  version: z.int(),
};
