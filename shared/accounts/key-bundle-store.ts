import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { instantSql } from '../platform/time/instant.ts';
import type { UserCipher } from '../privacy/index.ts';

/** The phone's own wrapped keys: a text that only phones can read. `updatedAt` is an `InstantText`. */
export type KeyBundle = { bundle: string; updatedAt: string };

/** The transaction's user's bundle, kept as it is until the transaction ends; `null` where none was ever stored. */
export async function lockKeyBundle(tx: Transaction, cipher: UserCipher): Promise<KeyBundle | null> {
  const [row] = await tx.query<Row>(`${FIND} for update`);
  return row ? bundleOf(row, cipher) : null;
}

/** The same, to be read only. */
export async function findKeyBundle(tx: Transaction, cipher: UserCipher): Promise<KeyBundle | null> {
  const [row] = await tx.query<Row>(FIND);
  return row ? bundleOf(row, cipher) : null;
}

type Row = { sealed: Buffer; updatedAt: string };

const FIND = `select bundle_sealed as sealed, ${instantSql('updated_at')} as "updatedAt" from key_bundle`;

const bundleOf = ({ sealed, updatedAt }: Row, cipher: UserCipher): KeyBundle => ({
  bundle: cipher.open('key_bundle.bundle', sealed),
  updatedAt,
});

/** Stores somebody's first bundle. `false`: another phone was first. */
export async function addKeyBundle(
  tx: Transaction,
  userId: UserId,
  cipher: UserCipher,
  { bundle, updatedAt }: KeyBundle,
): Promise<boolean> {
  const rows = await tx.query(ADD, [userId, cipher.seal('key_bundle.bundle', bundle), updatedAt]);
  return rows.length === 1;
}

const ADD = `
  insert into key_bundle (user_id, bundle_sealed, created_at, updated_at) values ($1, $2, $3, $3)
  on conflict do nothing returning user_id`;

/** Puts another in its place; the row is locked by then. */
export async function replaceKeyBundle(
  tx: Transaction,
  cipher: UserCipher,
  { bundle, updatedAt }: KeyBundle,
): Promise<void> {
  const sealed = cipher.seal('key_bundle.bundle', bundle);
  await tx.query('update key_bundle set bundle_sealed = $1, updated_at = $2', [sealed, updatedAt]);
}
