import { z } from 'zod';
import {
  type AccountStatus,
  EmailAddress,
  findByEmail,
  getAccount,
  type KnownAddress,
  needsRehash,
  openSession,
  PresentedPassword,
  putDevice,
  recordSignIn,
} from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { type AppError, permanent } from '../../../shared/platform/errors.ts';
import { authFailure } from '../../auth-failure.ts';
import { defineRoute } from '../../route.ts';
import { DeviceId, deviceFields } from './fields.ts';
import { signedInAnswer } from './signed-in.ts';
import { SignedIn } from './views.ts';

export const signIn = defineRoute(
  {
    method: 'POST',
    path: '/auth/login',
    summary: 'Sign in on a device',
    tag: 'accounts',
    who: 'anyone',
    body: z.strictObject({
      email: EmailAddress,
      password: PresentedPassword,
      device: z.strictObject({ deviceId: DeviceId, ...deviceFields }),
    }),
    response: SignedIn,
    problems: ['invalid_credentials', 'email_unverified', 'account_locked', 'busy'],
  },
  async ({ body: { email, password, device }, deps }) => {
    const { database, clock, accountKeys } = deps;
    const { id: userId, passwordHash } = await provenOwner(email, password, deps);
    const renewedHash = needsRehash(passwordHash) ? await deps.passwords.hash(password) : null;
    const now = clock.now();
    const { account, session } = await database.transaction({ userId }, async (tx) => {
      await recordSignIn(tx, userId, now, renewedHash);
      await putDevice(tx, userId, device, now);
      const session = await openSession(tx, userId, device, accountKeys.refreshToken, now);
      return { session, account: await getAccount(tx) };
    });
    return { body: await signedInAnswer(account, session, deps) };
  },
);

/** The account whose password this is. A wrong password and an unknown address cannot be told apart, not even by time. */
async function provenOwner(email: string, password: string, deps: Deps): Promise<KnownAddress> {
  const { database, passwords, metrics } = deps;
  const known = await findByEmail(database, email);
  const isTheirs = await passwords.verify(password, known?.passwordHash ?? null);
  if (!known || !isTheirs) {
    const wrong = permanent('invalid_credentials', 'The address or the password is wrong.');
    throw authFailure(metrics, 'bad_credentials', wrong);
  }
  // Only who knows the password learns how the account stands.
  if (known.status !== 'active') throw authFailure(metrics, known.status, refusalOf(known.status));
  return known;
}

const refusalOf = (status: AccountStatus): AppError =>
  status === 'unverified'
    ? permanent('email_unverified', 'Confirm the address first, with the mail we sent.')
    : permanent('account_locked', 'This account cannot be used just now.');
