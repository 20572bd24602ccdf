import { z } from 'zod';
import { type Duration, milliseconds } from '../duration.ts';
import { RULE_NAMES, type RuleName } from './rules.ts';

const MAX_POINTS = 1_000_000_000;
const DAY_MS = milliseconds('1d');
const DURATION = /^[1-9]\d{0,5}(s|m|h|d)$/;

const notDuration = 'is not a duration from 1s to 1d such as 15m';
const per = z
  .string({ error: notDuration })
  .refine((text): text is Duration => DURATION.test(text) && milliseconds(text as Duration) <= DAY_MS, notDuration);

const LimitFields = z
  .strictObject(
    {
      points: z
        .int({ error: 'is not a whole number' })
        .min(1, 'is less than 1')
        .max(MAX_POINTS, `is more than ${MAX_POINTS}`),
      per,
    },
    { error: unknownKeys('points or per') },
  )
  .partial();

/** `RATE_LIMITS`: a JSON object of `{points, per}` by limit, either of them over the default. */
export const LimitOverrides = z.strictObject(
  Object.fromEntries(RULE_NAMES.map((name) => [name, LimitFields.optional()])) as Record<
    RuleName,
    z.ZodOptional<typeof LimitFields>
  >,
  { error: unknownKeys(`one of ${RULE_NAMES.join(', ')}`) },
);

function unknownKeys(known: string) {
  return (issue: { code?: string | undefined; keys?: unknown }): string =>
    issue.code === 'unrecognized_keys' ? `has "${String(issue.keys)}", which is not ${known}` : 'is not a JSON object';
}
