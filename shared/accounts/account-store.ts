import type { Database, Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { Account, type AccountStatus } from './account.ts';
import { normalizeEmail } from './email-address.ts';

/** What somebody gives to open an account; the password only as its hash. */
export type Registration = {
  email: string;
  passwordHash: string;
  timeZone: string;
  languagePreference: string;
  encryptionKeySalt: string;
};

/** Opens an unverified account in its own user's transaction. `false`: the address has one already. */
export async function createAccount(
  tx: Transaction,
  userId: UserId,
  registration: Registration,
  now: Temporal.Instant,
): Promise<boolean> {
  const rows = await tx.query(CREATE, [userId, ...registrationValues(registration), now.toString()]);
  return rows.length === 1;
}

const CREATE = `
  insert into account (id, email, email_normalized, password_hash, time_zone, language, encryption_key_salt, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (email_normalized) do nothing returning id`;

/**
 * Registers an address anew that nobody has proved yet: whoever proves it gets what was registered last, not what a
 * stranger may have registered before them. `false`: it has been proved.
 */
export async function renewUnverified(tx: Transaction, userId: UserId, registration: Registration): Promise<boolean> {
  const rows = await tx.query(RENEW, [userId, ...registrationValues(registration)]);
  return rows.length === 1;
}

const RENEW = `
  update account set email = $2, email_normalized = $3, password_hash = $4, time_zone = $5, language = $6,
    encryption_key_salt = $7
  where id = $1 and status = 'unverified' returning id`;

const registrationValues = (r: Registration) => [
  r.email,
  normalizeEmail(r.email),
  r.passwordHash,
  r.timeZone,
  r.languagePreference,
  r.encryptionKeySalt,
];

/** What is known of an address before anybody has proved to be its owner. */
export type KnownAddress = { id: UserId; passwordHash: string; status: AccountStatus };

/** The account of an address, spelled in any case; `null` where there is none. Needs no user's context. */
export async function findByEmail(database: Database, email: string): Promise<KnownAddress | null> {
  const rows = await database.query<KnownAddress>(FIND_BY_EMAIL, [normalizeEmail(email)]);
  return rows[0] ?? null;
}

const FIND_BY_EMAIL = `select id, password_hash as "passwordHash", status from account_by_email($1)`;

/** Who has proved an address to be theirs; `null`: nobody. For workers, who learn no more than that. */
export async function accountAt(tx: Transaction, email: string): Promise<UserId | null> {
  const [row] = await tx.query<{ id: UserId | null }>('select account_id_by_email($1) as id', [normalizeEmail(email)]);
  return row?.id ?? null;
}

/** Removes an account whose address nobody has proved, for somebody who has. */
export async function removeUnverified(tx: Transaction, userId: UserId): Promise<void> {
  await tx.query(`delete from account where id = $1 and status = 'unverified'`, [userId]);
}

/** The transaction's own account; `null` once it has been erased. */
export const findAccount = (tx: Transaction): Promise<Account | null> => tx.em.findOne(Account, { id: ownId(tx) });

/** The transaction's own account, where only its owner can be asking. */
export const getAccount = (tx: Transaction): Promise<Account> => tx.em.findOneOrFail(Account, { id: ownId(tx) });

/** The same as `findAccount`, and neither its address nor a change of it under way moves until this transaction has ended. */
export async function findStillAccount(tx: Transaction): Promise<Account | null> {
  await tx.query('select from account where id = $1 for no key update', [ownId(tx)]);
  return findAccount(tx);
}

/** The account of `getAccount`, and nobody else changes it until this transaction has ended. */
export async function lockAccount(tx: Transaction): Promise<Account> {
  await tx.query('select from account where id = $1 for update', [ownId(tx)]);
  return getAccount(tx);
}

function ownId(tx: Transaction): UserId {
  if (tx.userId === null) throw new TypeError('an account is read in the transaction of its own user');
  return tx.userId;
}

/** The address is proved. Proving it again changes nothing. */
export async function markVerified(tx: Transaction, userId: UserId, now: Temporal.Instant): Promise<void> {
  await tx.query(MARK_VERIFIED, [userId, now.toString()]);
}

const MARK_VERIFIED = `update account set status = 'active', verified_at = $2 where id = $1 and status = 'unverified'`;

/**
 * A password was right against `verifiedHash`; `renewedHash` replaces a hash made at an older cost. `null`: that hash is
 * no longer the account's, or nobody may sign in to it any more, so what was verified does not count. Sign-ins of one
 * account come one after the other from here on, until their transactions end.
 */
export async function recordSignIn(
  tx: Transaction,
  userId: UserId,
  { verifiedHash, renewedHash }: { verifiedHash: string; renewedHash: string | null },
  now: Temporal.Instant,
): Promise<{ isFirst: boolean } | null> {
  const [row] = await tx.query<{ isFirst: boolean }>(SIGN_IN, [userId, now.toString(), verifiedHash, renewedHash]);
  return row ?? null;
}

const SIGN_IN = `
  update account set last_sign_in_at = $2, password_hash = coalesce($4, password_hash)
  where id = $1 and password_hash = $3 and status = 'active'
  returning old.last_sign_in_at is null as "isFirst"`;
