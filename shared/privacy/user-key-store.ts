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
