import type { Transaction } from '../platform/database/database.ts';
import { newId, type UserId } from '../platform/ids.ts';
import { normalizeEmail } from './email-address.ts';
import { voidMailTokens } from './mail-token.ts';

/** A change of address as its mails need it. */
export type EmailChange = { id: string; oldEmail: string; newEmail: string };

/** Which of a change's two addresses a token has proved. */
export type ProvedAddress = 'change_email_old' | 'change_email_new';

const LIFETIME = { hours: 24 };

/** Begins to move the account to another address, in the place of an earlier change not done yet. Gives back its id. */
export async function beginChange(
  tx: Transaction,
  userId: UserId,
  newEmail: string,
  now: Temporal.Instant,
): Promise<string> {
  const id = newId();
  await voidChange(tx, userId);
  await tx.query(BEGIN, [id, userId, newEmail, now.toString(), now.add(LIFETIME).toString()]);
  return id;
}

const BEGIN = `
  insert into email_change (id, user_id, old_email, new_email, created_at, expires_at)
  select $1, id, email, $3, $4, $5 from account where id = $2`;

/** Nothing comes of a change that is not done yet, nor of what was mailed for it. */
export async function voidChange(tx: Transaction, userId: UserId): Promise<void> {
  await Promise.all([
    // Two at once would not see each other's row, and the second would break the rule of one pending change.
    tx.query('select from account where id = $1 for no key update', [userId]),
    tx.query('delete from email_change where user_id = $1 and changed_at is null', [userId]),
    voidMailTokens(tx, userId, ['change_email_old', 'change_email_new']),
  ]);
}

/**
 * One of the two addresses is proved. Gives back the change and whether both are; `null` once it was replaced or is a day
 * old, and while the account is locked: whoever locked it may not trust who reads its mails.
 */
export async function proveAddress(
  tx: Transaction,
  userId: UserId,
  address: ProvedAddress,
  now: Temporal.Instant,
): Promise<(EmailChange & { bothProved: boolean }) | null> {
  // The second of two proofs at once waits here, and sees the first.
  await tx.query('select from account where id = $1 for no key update', [userId]);
  const [change] = await tx.query<EmailChange & { bothProved: boolean }>(PROVE[address], [userId, now.toString()]);
  return change ?? null;
}

const COLUMNS = `id, old_email as "oldEmail", new_email as "newEmail"`;

const prove = (column: string): string => `
  update email_change set ${column} = coalesce(${column}, $2)
  where user_id = $1 and changed_at is null and expires_at > $2
    and exists (select from account where id = $1 and status = 'active')
  returning ${COLUMNS}, old_proved_at is not null and new_proved_at is not null as "bothProved"`;

const PROVE: Record<ProvedAddress, string> = {
  change_email_old: prove('old_proved_at'),
  change_email_new: prove('new_proved_at'),
};

/** Moves the account to its new address. Fails with a unique violation (23505) if that is somebody else's by now. */
export async function completeChange(
  tx: Transaction,
  userId: UserId,
  { newEmail }: Pick<EmailChange, 'newEmail'>,
  now: Temporal.Instant,
): Promise<void> {
  await tx.query(MOVE, [userId, newEmail, normalizeEmail(newEmail)]);
  await tx.query(DONE_AT, [userId, now.toString()]);
  // Whoever reads the old mailbox from now on has nothing to do with the account.
  await voidMailTokens(tx, userId, ['reset_password', 'verify_email']);
}

const MOVE = 'update account set email = $2, email_normalized = $3 where id = $1';
const DONE_AT = 'update email_change set changed_at = $2 where user_id = $1 and changed_at is null';

/** The change that may still be proved, by its id; `null` once it is done, replaced or a day old. */
export async function pendingChange(tx: Transaction, id: string, now: Temporal.Instant): Promise<EmailChange | null> {
  const [change] = await tx.query<EmailChange>(PENDING, [id, now.toString()]);
  return change ?? null;
}

const PENDING = `select ${COLUMNS} from email_change where id = $1 and changed_at is null and expires_at > $2`;

/** The change that was made and whose old address has not been told yet. */
export async function changeToMail(tx: Transaction, id: string): Promise<EmailChange | null> {
  const [change] = await tx.query<EmailChange>(DONE, [id]);
  return change ?? null;
}

const DONE = `select ${COLUMNS} from email_change where id = $1 and changed_at is not null`;

/** Everybody has been told: the old address is kept no longer. */
export async function forgetChange(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from email_change where id = $1 and changed_at is not null', [id]);
}

/** Removes up to `most` changes, anybody's, that ran out unproved before `expiredBefore`. Gives back how many. For workers. */
export async function forgetUnproved(tx: Transaction, expiredBefore: Temporal.Instant, most: number): Promise<number> {
  const [row] = await tx.query<{ forgotten: number }>(FORGET_UNPROVED, [expiredBefore.toString(), most]);
  return row?.forgotten ?? 0;
}

const FORGET_UNPROVED = 'select email_change_forget($1, $2) as forgotten';
