import { z } from 'zod';

/** What a flood of sign-ins is made of; handed over in `LOGIN_FLOOD`. */
export const LoginFlood = z.object({
  port: z.int(),
  perSecond: z.int(),
  seconds: z.number(),
  emails: z.array(z.string()),
  /** How many client addresses it seems to come from. */
  addresses: z.int(),
});
export type LoginFlood = z.infer<typeof LoginFlood>;

export const FloodAnswers = z.object({ sent: z.int(), statuses: z.record(z.string(), z.int()) });
export type FloodAnswers = z.infer<typeof FloodAnswers>;
