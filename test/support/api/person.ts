import { randomUUID } from 'node:crypto';
import { createAccount, issueAccessToken, markVerified, openSession } from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import type { ApiClient, Reply } from './client.ts';

export type Person = {
  id: UserId;
  sessionId: string;
  token: string;
  send(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Reply>;
};

type Needs = Pick<Deps, 'database' | 'accountKeys' | 'clock' | 'userKeys'>;

/** Somebody new, verified and signed in, written past the routes: no hash is run and no limit used up for it. */
export async function newPerson({ database, accountKeys, clock, userKeys }: Needs, client: ApiClient): Promise<Person> {
  const id = newId<UserId>();
  await database.transaction({ userId: id }, async (tx) => {
    await createAccount(tx, id, { ...ACCOUNT, email: `${randomUUID()}@example.com` }, clock.now());
    await markVerified(tx, id, clock.now());
  });
  const nameSealed = (await userKeys.cipherOf(id)).seal('session.device_name', 'Phone');
  const { sessionId } = await database.transaction({ userId: id }, (tx) =>
    openSession(tx, id, { ...PHONE, nameSealed }, accountKeys.refreshToken, clock.now()),
  );
  const claims = { userId: id, sessionId, role: 'standard', secondFactor: false, tokenVersion: 1 } as const;
  const { accessToken: token } = await issueAccessToken(claims, newId(), accountKeys.accessToken, clock.now());
  const send: Person['send'] = (method, path, { body, headers } = {}) =>
    client.send(method, path, { body, headers: { Authorization: `Bearer ${token}`, ...headers } });
  return { id, sessionId, token, send };
}

/** Well formed, and of no password anybody knows. */
const NOBODYS_HASH = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
const ACCOUNT = {
  passwordHash: NOBODYS_HASH,
  timeZone: 'UTC',
  languagePreference: 'en',
  encryptionKeySalt: 'c2FsdHNhbHQ=',
};
const PHONE = { deviceId: 'phone', platform: 'android' };
