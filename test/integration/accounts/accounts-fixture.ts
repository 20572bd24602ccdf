import { afterAll, beforeAll } from '@jest/globals';
import {
  type AccountKeys,
  accountEntities,
  createAccount,
  deriveAccountKeys,
  markVerified,
} from '../../../shared/accounts/index.ts';
import { type ManualClock, manualClock } from '../../../shared/platform/clock.ts';
import { type Database, openDatabase, type Transaction } from '../../../shared/platform/database/database.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';

export const keys: AccountKeys = deriveAccountKeys(
  'a server secret of at least thirty-two characters',
  'https://api.amira.test',
);

/** A database of the test file's own, seen as the api sees it. Fields are there once `beforeAll` has run. */
export function accountsDatabase() {
  let fresh: FreshDatabase;
  let database: Database;

  const clock: ManualClock = manualClock('2026-11-21T10:00:00Z');
  beforeAll(async () => {
    fresh = await freshDatabase();
    database = await openDatabase({
      url: fresh.urls.api,
      applicationName: 'test',
      maxConnections: 8,
      queryTimeoutMs: 10_000,
      connectTimeoutMs: 5_000,
      tls: false,
      entities: accountEntities,
    });
  });
  afterAll(async () => {
    await database?.close();
    await fresh?.drop();
  });

  const as = <Result>(userId: UserId, work: (tx: Transaction) => Promise<Result>) =>
    database.transaction({ userId }, work);
  return {
    get database() {
      return database;
    },
    clock,
    as,
    /** An active account nobody else uses. */
    async newUser(): Promise<UserId> {
      const userId = newId<UserId>();
      await as(userId, async (tx) => {
        await createAccount(tx, userId, registrationOf(`${userId}@example.org`), clock.now());
        await markVerified(tx, userId, clock.now());
      });
      return userId;
    },
  };
}

export const registrationOf = (email: string) => ({
  email,
  passwordHash: 'not hashed',
  timeZone: 'Europe/Madrid',
  languagePreference: 'es',
  encryptionKeySalt: 'c2FsdHNhbHRzYWx0c2FsdA==',
});
