import { afterAll, beforeAll } from '@jest/globals';
import { buildApp } from '../../../api/app.ts';
import { accountRoutes } from '../../../api/routes/accounts/index.ts';
import { createPasswords, openSession } from '../../../shared/accounts/index.ts';
import { manualClock } from '../../../shared/platform/clock.ts';
import type { Database } from '../../../shared/platform/database/database.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { rotateMasterKey } from '../../../shared/privacy/index.ts';
import { type ApiClient, type Reply, serveApp } from '../../support/api/client.ts';
import { type ApiDeps, apiDeps } from '../../support/api/deps.ts';
import { type FreshDatabase, freshDatabase, openTestDatabase } from '../../support/database.ts';
import { newAccount } from '../../support/factories.ts';
import { unnamed } from '../../support/sealed.ts';

export type ApiProcess = {
  deps: ApiDeps;
  client: ApiClient;
  refresh(refreshToken: string): Promise<Reply>;
  me(accessToken: string): Promise<Reply>;
};

/** Several api processes, each with settings of its own, side by side on one database and one clock. */
export function apiProcesses() {
  const clock = manualClock('2026-11-21T10:00:00Z');
  const running: { close(): Promise<void> }[] = [];
  let fresh: FreshDatabase;
  let worker: Database;
  beforeAll(async () => {
    fresh = await freshDatabase();
    worker = await openTestDatabase(fresh.urls.worker);
    running.push(worker);
  });
  afterAll(async () => {
    await Promise.all(running.map((part) => part.close()));
    await fresh?.drop();
  });

  return {
    clock,
    /** The same database as a worker process sees it. */
    get worker() {
      return worker;
    },
    async start(settings: Record<string, string>, over: Partial<ApiDeps> = {}): Promise<ApiProcess> {
      const database = await openTestDatabase(fresh.urls.api);
      const deps: ApiDeps = { ...apiDeps(settings, { database }), clock, passwords: createPasswords(2), ...over };
      const client = await serveApp(buildApp(deps, accountRoutes));
      running.push({ close: () => client.close().then(() => database.close()) });
      return {
        deps,
        client,
        refresh: (refreshToken) => client.send('POST', '/v1/auth/refresh', { body: { refreshToken } }),
        me: (token) => client.send('GET', '/v1/me', { headers: { Authorization: `Bearer ${token}` } }),
      };
    },
    /** Has the data keys wrapped under that process's current secret, as `keys rotate` does. */
    async rewrapKeys({ deps }: ApiProcess): Promise<void> {
      await rotateMasterKey({ database: worker, keyWrapping: deps.keyWrapping });
    },
    /** Somebody new, signed in at that process. */
    async signedIn({ deps }: ApiProcess): Promise<{ userId: UserId; sessionId: string; refreshToken: string }> {
      const userId = await newAccount(deps.database);
      const session = await deps.database.transaction({ userId }, (tx) =>
        openSession(tx, userId, PHONE, deps.accountKeys.refreshToken, clock.now()),
      );
      return { userId, ...session };
    },
  };
}

const PHONE = unnamed({ deviceId: 'phone-1', platform: 'android' });
