import type { Transaction } from '../platform/database/database.ts';

/** A change of address as its mails need it. */
export type EmailChange = { id: string; oldEmail: string; newEmail: string };

/** The change that may still be proved, by its id; `null` once it is done, replaced or a day old. */
export async function pendingChange(tx: Transaction, id: string, now: Temporal.Instant): Promise<EmailChange | null> {
  const [change] = await tx.query<EmailChange>(PENDING, [id, now.toString()]);
  return change ?? null;
}

const COLUMNS = `id, old_email as "oldEmail", new_email as "newEmail"`;

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
