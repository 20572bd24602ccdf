import { z } from 'zod';
import { EmailAddress, findMailToken, markVerified, spendMailToken } from '../../../shared/accounts/index.ts';
import { defineRoute } from '../../route.ts';
import { askForMail } from './asked-mail.ts';
import { proveChange } from './change-of-address.ts';
import { MailTokenField } from './fields.ts';
import { invalidToken } from './invalid-token.ts';
import { Accepted, accepted } from './views.ts';

export const verifyEmail = defineRoute(
  {
    method: 'POST',
    path: '/auth/verify-email',
    summary: 'Prove an address with the token of its mail',
    description: 'Of a new account, or of one that moves to another address.',
    tag: 'accounts',
    who: 'anyone',
    body: z.strictObject({ token: MailTokenField }),
    problems: ['invalid_token'],
  },
  async ({ body: { token }, deps }) => {
    const { database, clock, metrics } = deps;
    const found = await findMailToken(database, ['verify_email', 'change_email_old', 'change_email_new'], token);
    if (!found) throw invalidToken();
    const { userId, purpose } = found;
    if (purpose !== 'verify_email') {
      await proveChange(deps, { userId, purpose, token });
      return {};
    }
    await database.transaction({ userId }, async (tx) => {
      if (!(await spendMailToken(tx, purpose, token, clock.now()))) throw invalidToken();
      await markVerified(tx, userId, clock.now());
    });
    metrics.businessTotal.inc({ event: 'signup' });
    return {};
  },
);

export const resendVerification = defineRoute(
  {
    method: 'POST',
    path: '/auth/verify-email/resend',
    limit: 'resend',
    summary: 'Ask for another mail to prove an address with',
    tag: 'accounts',
    who: 'anyone',
    body: z.strictObject({ email: EmailAddress }),
    response: Accepted,
    status: 202,
  },
  async ({ body, deps }) => {
    await askForMail(deps, 'verify_email', body.email);
    return { body: accepted };
  },
);
