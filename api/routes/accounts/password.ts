import { z } from 'zod';
import { mailSend } from '../../../jobs/mail-send/contract.ts';
import {
  changePassword,
  getAccount,
  hashChosen,
  NewPassword,
  PresentedPassword,
  renewOnlySession,
} from '../../../shared/accounts/index.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { permanent } from '../../../shared/platform/errors.ts';
import { authFailure } from '../../auth-failure.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';
import { ownPassword } from './own-password.ts';
import { signedInAnswer } from './signed-in.ts';
import { SignedIn } from './views.ts';

export const newPassword = defineRoute(
  {
    method: 'POST',
    path: '/me/password',
    limit: 'proof',
    summary: 'Change your password',
    description:
      'Signs out everywhere; this device goes on with the tokens of the answer. A change of address that is not done yet is called off.',
    tag: 'accounts',
    who: 'user',
    body: z.strictObject({ currentPassword: PresentedPassword, newPassword: NewPassword }),
    response: SignedIn,
    problems: ['invalid_credentials', 'forbidden', 'weak_password', 'busy'],
  },
  {
    async prepare(call) {
      const { deps, body } = call;
      const { verifiedHash, session } = await ownPassword(call, body.currentPassword);
      const newHash = await hashChosen(deps.passwords, body.newPassword, 'newPassword');
      return { verifiedHash, newHash, current: session, cipher: await ownCipher(call) };
    },
    async handle({ tx, user, deps, clock, prepared: { cipher, current, ...hashes } }) {
      if (!(await changePassword(tx, user.id, hashes)))
        throw authFailure(deps.metrics, 'bad_credentials', permanent('invalid_credentials', 'The password is wrong.'));
      const session = await renewOnlySession(tx, current, deps.accountKeys.refreshToken, clock.now());
      enqueue(tx, mailSend, { template: 'password_changed', userId: user.id });
      return { body: await signedInAnswer(await getAccount(tx), cipher, session, deps) };
    },
  },
);
