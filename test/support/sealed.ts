import type { Database } from '../../shared/platform/database/database.ts';
import { localKeyWrapping } from '../../shared/platform/kms/local.ts';
import { createUserKeys, type UserKeys } from '../../shared/privacy/index.ts';

/** Everybody's keys, for tests that seal and open without an api around it. */
export const testUserKeys = (database: Database): UserKeys =>
  createUserKeys({ database, wrapping: localKeyWrapping(['a secret of the tests, long enough to be one']) });

/** A phone whose name nobody is going to open. */
export const unnamed = <Phone extends object>(phone: Phone): Phone & { nameSealed: Buffer } => ({
  ...phone,
  nameSealed: Buffer.of(0),
});
