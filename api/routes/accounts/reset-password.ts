import { z } from 'zod';
import { mailSend } from '../../../jobs/mail-send/contract.ts';
import {
  EmailAddress,
  endAllSessions,
  hashChosen,
  mailTokenOwner,
  NewPassword,
  resetPassword,
  spendMailToken,
} from '../../../shared/accounts/index.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { defineRoute } from '../../route.ts';
import { askForMail } from './asked-mail.ts';
import { MailTokenField } from './fields.ts';
import { invalidToken } from './invalid-token.ts';
import { Accepted, accepted } from './views.ts';

export const askForReset = defineRoute(
  {
    method: 'POST',
    path: '/auth/reset-password',
    limit: 'reset',
    summary: 'Ask for a mail to set a new password with',
    description:
      'Whatever the address, the answer is the same. An address that is not proved yet gets the mail that proves it instead.',
    tag: 'accounts',
    who: 'anyone',
    body: z.strictObject({ email: EmailAddress }),
    response: Accepted,
    status: 202,
  },
  async ({ body, deps }) => {
    await askForMail(deps, 'reset_password', body.email);
    return { body: accepted };
  },
);

export const confirmReset = defineRoute(
  {
    method: 'POST',
    path: '/auth/reset-password-confirm',
    summary: 'Set a new password with the token of a mail',
    description:
      'The token works once, for 10 minutes, and only the newest. Signs out everywhere; a second factor stays as it is.',
    tag: 'accounts',
    who: 'anyone',
    body: z.strictObject({ token: MailTokenField, password: NewPassword }),
    problems: ['invalid_token', 'weak_password', 'busy'],
  },
  async ({ body: { token, password }, deps: { database, passwords, clock } }) => {
    const userId = await mailTokenOwner(database, 'reset_password', token);
    if (!userId) throw invalidToken();
    const newHash = await hashChosen(passwords, password);
    await database.transaction({ userId }, async (tx) => {
      const now = clock.now();
      if (!(await spendMailToken(tx, 'reset_password', token, now))) throw invalidToken();
      if (!(await resetPassword(tx, userId, newHash))) throw invalidToken();
      await endAllSessions(tx, userId, now);
      enqueue(tx, mailSend, { template: 'password_changed', userId });
    });
    return {};
  },
);
