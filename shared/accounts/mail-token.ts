import { createHmac } from 'node:crypto';
import type { Transaction } from '../platform/database/database.ts';
import { newId, type UserId } from '../platform/ids.ts';
import { secretHash } from '../platform/secret-hash.ts';
import type { Generations } from './keys.ts';
import type { TokenTemplate } from './mails/mail-texts.ts';

/** What somebody who reads a mailbox may do; the name of the mail that lets them. */
export type MailPurpose = TokenTemplate;

const LIFETIME: Record<MailPurpose, Temporal.DurationLike> = {
  verify_email: { hours: 24 },
  reset_password: { minutes: 10 },
  change_email_old: { hours: 24 },
  change_email_new: { hours: 24 },
};

/**
 * The token of a row, made from its id under a server key: jobs carry only the id, the database only the hash, and the
 * mail alone the token.
 */
export const mailTokenOf = (id: string, purpose: MailPurpose, key: Buffer): string =>
  createHmac('sha256', key).update(`${purpose} ${id}`).digest('base64url');

/**
 * Makes the user's token of that purpose; every older one is void from now on. Gives back its row's id.
 *
 * @param id a UUIDv7: whoever is repeated with the same one makes one token, and who comes late leaves a newer one alone
 */
export async function issueMailToken(
  tx: Transaction,
  { userId, purpose, id = newId() }: { userId: UserId; purpose: MailPurpose; id?: string },
  [key]: Generations<Buffer>,
  now: Temporal.Instant,
): Promise<string> {
  const expiresAt = now.add(LIFETIME[purpose]);
  const hash = secretHash(mailTokenOf(id, purpose, key));
  await Promise.all([
    // Two at once would not see each other's row, and both tokens would live.
    tx.query('select from account where id = $1 for no key update', [userId]),
    tx.query('delete from account_token where user_id = $1 and purpose = $2 and id < $3', [userId, purpose, id]),
    tx.query(INSERT, [id, userId, purpose, hash, expiresAt.toString(), now.toString()]),
  ]);
  return id;
}

const INSERT = `
  insert into account_token (id, user_id, purpose, token_hash, expires_at, created_at)
  select $1::uuid, $2::uuid, $3::text, $4::bytea, $5::timestamptz, $6::timestamptz
  where not exists (select from account_token where user_id = $2 and purpose = $3 and id >= $1)
  on conflict (id) do nothing`;

/** Whose token this is, whether or not it can still be used. Needs no user's context. */
export async function mailTokenOwner(
  database: Pick<Transaction, 'query'>,
  purpose: MailPurpose,
  token: string,
): Promise<UserId | null> {
  const rows = await database.query<{ owner: UserId | null }>('select account_token_owner($1, $2) as owner', [
    purpose,
    secretHash(token),
  ]);
  return rows[0]?.owner ?? null;
}

/** The same, for a token that may have one of several purposes. */
export async function findMailToken<Purpose extends MailPurpose>(
  database: Pick<Transaction, 'query'>,
  purposes: readonly Purpose[],
  token: string,
): Promise<{ userId: UserId; purpose: Purpose } | null> {
  const [found] = await database.query<{ userId: UserId; purpose: Purpose }>(FIND, [purposes, secretHash(token)]);
  return found ?? null;
}

const FIND = `
  select purpose, owner as "userId"
  from unnest($1::text[]) as purpose, account_token_owner(purpose, $2) as owner where owner is not null`;

/** Uses the token up. `false`: it was used before, is too old, or has been replaced by a newer one. */
export async function spendMailToken(
  tx: Transaction,
  purpose: MailPurpose,
  token: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const [, rows] = await Promise.all([
    // Before the token, as whoever makes a newer one does: in another order the two would wait for each other.
    tx.query('select from account where id = $1 for no key update', [tx.userId]),
    tx.query(SPEND, [purpose, secretHash(token), now.toString()]),
  ]);
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
  return candidates.find((token) => live?.hash.equals(secretHash(token))) ?? null;
}

const FIND_LIVE = `
  select token_hash as hash from account_token where id = $1 and purpose = $2 and used_at is null and expires_at > $3`;

/** Voids what the user was mailed for these purposes. */
export async function voidMailTokens(tx: Transaction, userId: UserId, purposes: readonly MailPurpose[]): Promise<void> {
  await tx.query('delete from account_token where user_id = $1 and purpose = any($2)', [userId, purposes]);
}

/** Its mail has been handed over. */
export async function markMailed(tx: Transaction, id: string, now: Temporal.Instant): Promise<void> {
  await tx.query('update account_token set mailed_at = $2 where id = $1', [id, now.toString()]);
}
