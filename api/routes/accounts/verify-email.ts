import { z } from 'zod';
import { EmailAddress, mailTokenOwner, markVerified, spendMailToken } from '../../../shared/accounts/index.ts';
import { permanent } from '../../../shared/platform/errors.ts';
import { defineRoute } from '../../route.ts';
import { askForMail } from './asked-mail.ts';
import { MailTokenField } from './fields.ts';
import { Accepted, accepted } from './views.ts';

export const verifyEmail = defineRoute(
  {
    method: 'POST',
    path: '/auth/verify-email',
    summary: 'Prove an address with the token of its mail',
    tag: 'accounts',
    who: 'anyone',
    body: z.strictObject({ token: MailTokenField }),
    problems: ['invalid_token'],
  },
  async ({ body: { token }, deps: { database, clock, metrics } }) => {
    const userId = await mailTokenOwner(database, 'verify_email', token);
    if (!userId) throw invalidToken();
    await database.transaction({ userId }, async (tx) => {
      if (!(await spendMailToken(tx, 'verify_email', token, clock.now()))) throw invalidToken();
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

/** Unknown, used, expired and replaced tokens are one answer. */
const invalidToken = () => permanent('invalid_token', 'The token is not valid, or no longer. Ask for a new mail.');
