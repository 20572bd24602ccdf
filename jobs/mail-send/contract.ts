import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { UserId } from '../../shared/platform/ids.ts';

const about = <const Template extends string>(template: Template) =>
  z.object({ template: z.literal(template), userId: UserId });

/**
 * One mail to somebody with an account. Ids alone: the address and what the mail says are read just before it is sent,
 * and a token is made only then.
 */
export const mailSend = defineJob({
  name: 'mail.send',
  version: 1,
  pool: 'mail',
  lane: 'high',
  payload: z.discriminatedUnion('template', [
    // Jobs of an older release name a token that was made before them.
    about('verify_email').extend({ tokenId: z.uuid().optional() }),
    about('registration_attempt'),
    about('reset_password'),
    about('password_changed'),
    about('change_email_old').extend({ changeId: z.uuid() }),
    about('change_email_new').extend({ changeId: z.uuid() }),
    about('email_changed').extend({ changeId: z.uuid() }),
    about('new_device').extend({ sessionId: z.uuid() }),
    about('second_factor_changed'),
  ]),
  retry: { attempts: 10, firstDelay: '2s', maxDelay: '15m' },
  timeLimit: '60s',
  expiresAfter: '24h',
});
