import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { voidChange } from './email-change-store.ts';
import { voidMailTokens } from './mail-token.ts';

/** The hash of the transaction's user; `null` for somebody who has no password with us. */
export async function passwordHashOf(tx: Transaction): Promise<string | null> {
  const [row] = await tx.query<{ hash: string | null }>(HASH, [tx.userId]);
  return row?.hash ?? null;
}

const HASH = 'select password_hash as hash from account where id = $1';

/**
 * Puts a new password in the place of the one that was verified. `false`: it is no longer the account's, since somebody
 * changed it first. Whatever else was under way on the strength of the old one is void.
 */
export async function changePassword(
  tx: Transaction,
  userId: UserId,
  { verifiedHash, newHash }: { verifiedHash: string; newHash: string },
): Promise<boolean> {
  const changed = await tx.query(CHANGE, [userId, newHash, verifiedHash]);
  if (changed.length === 0) return false;
  await voidOldProofs(tx, userId);
  return true;
}

const CHANGE = `
  update account set password_hash = $2 where id = $1 and password_hash = $3 and status = 'active' returning id`;

/** Gives an account a new password whose owner has proved to read its mails. `false`: it cannot be used just now. */
export async function resetPassword(tx: Transaction, userId: UserId, newHash: string): Promise<boolean> {
  const changed = await tx.query(RESET, [userId, newHash]);
  if (changed.length === 0) return false;
  await voidOldProofs(tx, userId);
  return true;
}

const RESET = `update account set password_hash = $2 where id = $1 and status = 'active' returning id`;

/** Whoever knew the old password may have asked for another address or another password. */
async function voidOldProofs(tx: Transaction, userId: UserId): Promise<void> {
  await Promise.all([voidMailTokens(tx, userId, ['reset_password']), voidChange(tx, userId)]);
}
