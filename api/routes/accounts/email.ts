import { z } from 'zod';
import { mailSend } from '../../../jobs/mail-send/contract.ts';
import { beginChange, EmailAddress, PresentedPassword } from '../../../shared/accounts/index.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { defineRoute } from '../../route.ts';
import { ownPassword } from './own-password.ts';
import { Accepted, accepted } from './views.ts';

export const newEmail = defineRoute(
  {
    method: 'POST',
    path: '/me/email',
    limit: 'proof',
    summary: 'Move your account to another address',
    description:
      'Both addresses get a token for `/auth/verify-email`; when both have been given, within 24 hours and in any order, the address changes. A later request replaces an earlier one. Sessions go on.',
    tag: 'accounts',
    who: 'user',
    body: z.strictObject({ email: EmailAddress, password: PresentedPassword }),
    response: Accepted,
    status: 202,
    problems: ['invalid_credentials', 'forbidden', 'busy'],
  },
  {
    async prepare(call) {
      await ownPassword(call, call.body.password);
      // A right password is given back what it used of the limits; a mail to whatever address somebody names is not.
      await call.deps.limits.consume('resend', call.user.id, 'change');
    },
    async handle({ tx, user: { id: userId }, body, clock }) {
      const changeId = await beginChange(tx, userId, body.email, clock.now());
      // Whether the new address is somebody's is found out when its mail is sent: nothing here depends on it.
      enqueue(tx, mailSend, { template: 'change_email_old', userId, changeId });
      enqueue(tx, mailSend, { template: 'change_email_new', userId, changeId });
      return { body: accepted };
    },
  },
);
