import { createHash, createHmac } from 'node:crypto';
import type { Transaction } from '../platform/database/database.ts';
import { newId, type UserId } from '../platform/ids.ts';
import type { Generations } from './keys.ts';

/** What somebody who reads a mailbox may do. */
export type MailPurpose = 'verify_email' | 'reset_password';

const LIFETIME: Record<MailPurpose, Temporal.DurationLike> = {
  verify_email: { hours: 24 },
  reset_password: { minutes: 10 },
};

/**
 * The token of a row, made from its id under a server key: jobs carry only the id, the database only the hash, and the
 * mail alone the token.
 */
export const mailTokenOf = (id: string, purpose: MailPurpose, key: Buffer): string =>
  createHmac('sha256', key).update(`${purpose} ${id}`).digest('base64url');

/** A new token for the user; every older one of that purpose is void from now on. Gives back its row's id. */
export async function issueMailToken(
  tx: Transaction,
  { userId, purpose }: { userId: UserId; purpose: MailPurpose },
  [key]: Generations<Buffer>,
  now: Temporal.Instant,
): Promise<string> {
  const id = newId();
  const expiresAt = now.add(LIFETIME[purpose]);
  const hash = tokenHash(mailTokenOf(id, purpose, key));
  await Promise.all([
    // Two at once would not see each other's row, and both tokens would live.
    tx.query('select from account where id = $1 for no key update', [userId]),
    tx.query('delete from account_token where user_id = $1 and purpose = $2', [userId, purpose]),
    tx.query(INSERT, [id, userId, purpose, hash, expiresAt.toString(), now.toString()]),
  ]);
  return id;
}

const INSERT = `
  insert into account_token (id, user_id, purpose, token_hash, expires_at, created_at) values ($1, $2, $3, $4, $5, $6)`;

/** Whose token this is, whether or not it can still be used. Needs no user's context. */
export async function mailTokenOwner(
  database: Pick<Transaction, 'query'>,
  purpose: MailPurpose,
  token: string,
): Promise<UserId | null> {
  const rows = await database.query<{ owner: UserId | null }>('select account_token_owner($1, $2) as owner', [
    purpose,
    tokenHash(token),
  ]);
  return rows[0]?.owner ?? null;
}

/** Uses the token up. `false`: it was used before, is too old, or has been replaced by a newer one. */
export async function spendMailToken(
  tx: Transaction,
  purpose: MailPurpose,
  token: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const rows = await tx.query(SPEND, [purpose, tokenHash(token), now.toString()]);
  return rows.length === 1;
}

const SPEND = `
  update account_token set used_at = $3
  where purpose = $1 and token_hash = $2 and used_at is null and expires_at > $3 returning id`;

/**
 * The token of a row as it was issued, whichever of `keys` made it. `null` if it would not be accepted any more: a mail
 * with it is not worth sending.
 */
export async function liveMailToken(
  tx: Transaction,
  { id, purpose }: { id: string; purpose: MailPurpose },
  keys: Generations<Buffer>,
  now: Temporal.Instant,
): Promise<string | null> {
  const [live] = await tx.query<{ hash: Buffer }>(FIND_LIVE, [id, purpose, now.toString()]);
  const candidates = live ? keys.map((key) => mailTokenOf(id, purpose, key)) : [];
  return candidates.find((token) => live?.hash.equals(tokenHash(token))) ?? null;
}

const FIND_LIVE = `
  select token_hash as hash from account_token where id = $1 and purpose = $2 and used_at is null and expires_at > $3`;

/** Its mail has been handed over. */
export async function markMailed(tx: Transaction, id: string, now: Temporal.Instant): Promise<void> {
  await tx.query('update account_token set mailed_at = $2 where id = $1', [id, now.toString()]);
}

const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();
