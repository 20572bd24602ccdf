import { randomUUID } from 'node:crypto';
import { buildApp } from '../../../api/app.ts';
import type { Route } from '../../../api/route.ts';
import { createAccount, issueAccessToken, markVerified, openSession } from '../../../shared/accounts/index.ts';
import type { Database } from '../../../shared/platform/database/database.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { freshDatabase, openTestDatabase } from '../database.ts';
import { type ApiClient, type Reply, serveApp } from './client.ts';
import { type ApiDeps, apiDeps } from './deps.ts';

export type Person = {
  id: UserId;
  sessionId: string;
  token: string;
  send(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Reply>;
};

export type ServedApi = {
  deps: ApiDeps;
  client: ApiClient;
  /** The same database as a worker process sees it. */
  worker: Database;
  /** Somebody new, verified and signed in. */
  person(): Promise<Person>;
  close(): Promise<void>;
};

/** `routes` over a socket, on a database of the test's own. */
export async function serveRoutes(routes: readonly Route[]): Promise<ServedApi> {
  const fresh = await freshDatabase();
  const [database, worker] = await Promise.all([openTestDatabase(fresh.urls.api), openTestDatabase(fresh.urls.worker)]);
  const deps = apiDeps({}, { database });
  const client = await serveApp(buildApp(deps, routes));
  return {
    deps,
    client,
    worker,
    async person() {
      const { accountKeys, clock } = deps;
      const id = newId<UserId>();
      const sessionId = await database.transaction({ userId: id }, async (tx) => {
        await createAccount(tx, id, { ...ACCOUNT, email: `${randomUUID()}@example.com` }, clock.now());
        await markVerified(tx, id, clock.now());
        return (await openSession(tx, id, PHONE, accountKeys.refreshToken, clock.now())).sessionId;
      });
      const claims = { userId: id, sessionId, role: 'standard', secondFactor: false, tokenVersion: 1 } as const;
      const { accessToken: token } = await issueAccessToken(claims, newId(), accountKeys.accessToken, clock.now());
      const send: Person['send'] = (method, path, { body, headers } = {}) =>
        client.send(method, path, { body, headers: { Authorization: `Bearer ${token}`, ...headers } });
      return { id, sessionId, token, send };
    },
    async close() {
      await client.close();
      await Promise.all([database.close(), worker.close()]);
      await fresh.drop();
    },
  };
}

const ACCOUNT = { passwordHash: 'none', timeZone: 'UTC', languagePreference: 'en', encryptionKeySalt: 'c2FsdHNhbHQ=' };
const PHONE = { deviceId: 'phone', name: 'Phone', platform: 'android' };
