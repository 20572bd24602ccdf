import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { stopwatch } from '../platform/clock.ts';
import type { Database } from '../platform/database/database.ts';
import { transient } from '../platform/errors.ts';
import type { UserId } from '../platform/ids.ts';
import type { KeyWrapping } from '../platform/kms/port.ts';
import { type UserCipher, userCipher } from './sealed-text.ts';
import { findUserKey, keepUserKey } from './user-key-store.ts';

/** Everybody's own key for their texts. */
export type UserKeys = {
  /**
   * What this user's texts are sealed with; their key is made when it is first asked for. To be asked before a
   * transaction begins: it may have to wait for the keeper of the master key, which no connection should.
   */
  cipherOf(userId: UserId): Promise<UserCipher>;
};

export type UserKeysOptions = {
  database: Pick<Database, 'transaction'>;
  wrapping: KeyWrapping;
  /** How many keys are held unwrapped at most, so that no process ever holds everybody's. */
  most?: number;
  /** Milliseconds for which one is held: an erased key cannot be used for longer. */
  heldForMs?: number;
  /** Monotonic milliseconds. */
  elapsed?: () => number;
};

export function createUserKeys(options: UserKeysOptions): UserKeys {
  const { database, wrapping, most = 10_000, heldForMs = 10 * 60_000, elapsed = stopwatch() } = options;
  const held = new LRUCache<UserId, UserCipher>({
    max: most,
    ttl: heldForMs,
    ttlResolution: 0,
    perf: { now: elapsed },
    // Who asks while the key is being fetched waits for that same answer; a failure is told to all and not kept.
    fetchMethod: (userId) => fetchCipher(userId, database, wrapping),
    // A look-up goes on although its place is needed for others meanwhile.
    ignoreFetchAbort: true,
  });
  return { cipherOf: async (userId) => (await held.fetch(userId)) ?? cipherOfNobody };
}

async function fetchCipher(
  userId: UserId,
  { transaction }: Pick<Database, 'transaction'>,
  wrapping: KeyWrapping,
): Promise<UserCipher | undefined> {
  const known = await transaction({ userId }, (tx) => findUserKey(tx, userId));
  if (known) return userCipher(userId, await wrapping.unwrap(known, userId));
  const dataKey = randomBytes(DATA_KEY_BYTES);
  const made = await wrapping.wrap(dataKey, userId);
  const kept = await transaction({ userId }, (tx) => keepUserKey(tx, userId, made));
  if (!kept) return undefined;
  return userCipher(userId, kept.wrapped.equals(made.wrapped) ? dataKey : await wrapping.unwrap(kept, userId));
}

const DATA_KEY_BYTES = 32;

/**
 * Of an account that is gone. What its token may still ask for is refused in the transaction, so this is never used; a key
 * nobody has kept would seal texts that nobody can read.
 */
const cipherOfNobody: UserCipher = {
  seal: () => fail(),
  open: () => fail(),
  fingerprint: () => fail(),
};

function fail(): never {
  throw transient('no_user_key', 'There is no such account, and so no key.');
}
