import { z } from 'zod';

/**
 * What one mail to a recipient meets: a refusal of the address (421 and 450 for now, 550 for good), no answer at all,
 * the connection cut before the mail is taken, or cut after it is taken and before that is said.
 */
export const MailFault = z.union([z.literal([421, 450, 550]), z.enum(['hang', 'cut', 'accept-then-cut'])]);
export type MailFault = z.output<typeof MailFault>;

export type MailFaults = {
  script(recipient: string, ...faults: MailFault[]): void;
  /** Takes the fault the next mail to `recipient` shall meet. */
  next(recipient: string): MailFault | undefined;
};

export function mailFaults(): MailFaults {
  const scripts = new Map<string, MailFault[]>();
  return {
    script: (recipient, ...faults) => void scripts.set(recipient.toLowerCase(), faults),
    next: (recipient) => scripts.get(recipient.toLowerCase())?.shift(),
  };
}
