import { z } from 'zod';
import { mailSend } from '../../../jobs/mail-send/contract.ts';
import {
  EmailAddress,
  findByEmail,
  getAccount,
  isKnownDevice,
  type KnownAddress,
  markProved,
  needsRehash,
  openSession,
  PresentedPassword,
  putDevice,
  recordSignIn,
  SecondFactorCode,
} from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { permanent } from '../../../shared/platform/errors.ts';
import { authFailure } from '../../auth-failure.ts';
import { defineRoute } from '../../route.ts';
import { provesSecondFactor } from '../../second-factor.ts';
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
    limit: 'login',
    body: z.strictObject({
      email: EmailAddress,
      password: PresentedPassword,
      device: z.strictObject({ deviceId: DeviceId, ...deviceFields }),
      totp: SecondFactorCode.optional().meta({
        description: 'Proves the session at once, as `/auth/totp/verify` would.',
      }),
    }),
    response: SignedIn,
    problems: ['invalid_credentials', 'invalid_code', 'account_locked', 'busy'],
  },
  async ({ body: { email, password, device, totp }, deps }) => {
    const signInOnce = async () =>
      newSession(await provenOwner(email, password, deps), password, { ...device, totp }, deps);
    // Once more: another sign-in may have renewed the hash since this password was checked against it.
    const signedIn = (await signInOnce()) ?? (await signInOnce());
    if (!signedIn) throw authFailure(deps.metrics, 'bad_credentials', wrongCredentials());
    return { body: await signedInAnswer(signedIn.account, signedIn.cipher, signedIn.session, deps) };
  },
);

/** `null`: what was checked is no longer the account's password. */
async function newSession(
  { id: userId, passwordHash: verifiedHash }: KnownAddress,
  password: string,
  { name, totp, ...device }: { deviceId: string; name: string; platform: string; totp: string | undefined },
  { database, clock, accountKeys, passwords, userKeys, metrics }: Deps,
) {
  const renewedHash = needsRehash(verifiedHash) ? await passwords.hash(password) : null;
  const cipher = await userKeys.cipherOf(userId);
  const now = clock.now();
  return database.transaction({ userId }, async (tx) => {
    const recorded = await recordSignIn(tx, userId, { verifiedHash, renewedHash }, now);
    if (!recorded) return null;
    const isKnown = await isKnownDevice(tx, device.deviceId);
    await putDevice(tx, userId, { ...device, nameSealed: cipher.seal('device.name', name), signsIn: true }, now);
    const signedIn = { ...device, nameSealed: cipher.seal('session.device_name', name) };
    const session = await openSession(tx, userId, signedIn, accountKeys.refreshToken, now);
    // Whoever signs in for the first time knows it.
    if (!isKnown && !recorded.isFirst)
      enqueue(tx, mailSend, { template: 'new_device', userId, sessionId: session.sessionId });
    if (totp !== undefined) {
      if (!(await provesSecondFactor(tx, { userId, code: totp }, cipher, now)))
        throw authFailure(metrics, 'bad_second_factor', wrongCode(), userId);
      await markProved(tx, session.sessionId, now);
    }
    return { session: { ...session, secondFactor: totp !== undefined }, cipher, account: await getAccount(tx) };
  });
}

/**
 * The account whose password this is. A wrong password, an unknown address and one that nobody has proved cannot be told
 * apart, not even by time: whoever registers somebody's address knows a password to try there, and would learn from any
 * other answer that it had no account.
 */
async function provenOwner(email: string, password: string, deps: Deps): Promise<KnownAddress> {
  const { database, passwords, metrics } = deps;
  const known = await findByEmail(database, email);
  const isTheirs = await passwords.verify(password, known?.passwordHash ?? null);
  if (!known || !isTheirs) throw authFailure(metrics, 'bad_credentials', wrongCredentials(), known?.id);
  const { status, id } = known;
  if (status === 'unverified') throw authFailure(metrics, status, wrongCredentials(), id);
  // Only who knows the password learns how the account stands.
  if (status !== 'active')
    throw authFailure(metrics, status, permanent('account_locked', 'This account cannot be used just now.'), id);
  return known;
}

const wrongCredentials = () =>
  permanent('invalid_credentials', 'The address or the password is wrong, or the address is not confirmed yet.');

const wrongCode = () => permanent('invalid_code', 'That is not a code that counts.');
