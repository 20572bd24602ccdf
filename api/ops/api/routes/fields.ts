import { z } from 'zod';

/** Why something is done, for whoever reads the audit. No personal data belongs here. */
export const Reason = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .regex(/^\P{Cc}*$/u, { error: 'Must not contain control characters.' })
  .meta({ example: 'ticket 4711' });
