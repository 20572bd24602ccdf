import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import type { WrappedKey } from '../platform/kms/port.ts';

/** The user's wrapped data key; `null` while they have none. */
export async function findUserKey(tx: Transaction, userId: UserId): Promise<WrappedKey | null> {
  const [row] = await tx.query<WrappedKey>(FIND, [userId]);
  return row ?? null;
}

const FIND = 'select key_id as "keyId", wrapped from user_key where user_id = $1';

/**
 * Keeps a new data key, unless another process was faster. Gives back the key that holds; `null` where there is no such
 * account (any more).
 */
export async function keepUserKey(tx: Transaction, userId: UserId, key: WrappedKey): Promise<WrappedKey | null> {
  await tx.query(KEEP, [userId, key.keyId, key.wrapped]);
  return findUserKey(tx, userId);
}

const KEEP = `
  insert into user_key (user_id, key_id, wrapped) select id, $2, $3 from account where id = $1
  on conflict (user_id) do nothing`;

/** A wrapped data key, and whose it is. */
export type StoredKey = WrappedKey & { userId: UserId };

/** How many data keys each master key wraps. Needs no user's context. */
export const countUserKeys = (tx: Transaction): Promise<{ keyId: string; keys: number }[]> =>
  tx.query('select key_id as "keyId", keys::float8 as keys from user_key_counts() order by keys desc');

/** Keys that another master key wraps than the current one, in the order of their users. Needs no user's context. */
export const keysToRewrap = (
  tx: Transaction,
  currentKeyId: string,
  { after, most }: { after: UserId | null; most: number },
): Promise<StoredKey[]> => tx.query(TO_REWRAP, [currentKeyId, after, most]);

const TO_REWRAP = `
  select user_id as "userId", key_id as "keyId", wrapped from user_keys_to_rewrap($1, $2, $3) order by user_id`;

/** Keeps the same data key under another master key. `false`: it has changed since it was read, or is gone. */
export async function replaceUserKey(tx: Transaction, userId: UserId, read: WrappedKey, next: WrappedKey) {
  const rows = await tx.query(REPLACE, [userId, read.keyId, read.wrapped, next.keyId, next.wrapped]);
  return rows.length === 1;
}

const REPLACE = `
  update user_key set key_id = $4, wrapped = $5, wrapped_at = now()
  where user_id = $1 and key_id = $2 and wrapped = $3 returning 1`;
