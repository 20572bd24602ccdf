import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { UserId } from '../../shared/platform/ids.ts';

/** One mail to a user's own address. The token it may carry is named by its row, never by itself. */
export const mailSend = defineJob({
  name: 'mail.send',
  version: 1,
  pool: 'mail',
  lane: 'high',
  payload: z.discriminatedUnion('template', [
    z.object({ template: z.literal('verify_email'), userId: UserId, tokenId: z.uuid() }),
    z.object({ template: z.literal('registration_attempt'), userId: UserId }),
  ]),
  retry: { attempts: 10, firstDelay: '2s', maxDelay: '15m' },
  timeLimit: '60s',
  expiresAfter: '24h',
});
