import type { Transaction } from '../platform/database/database.ts';
import type { JournalId } from '../platform/ids.ts';
import { instantSql, instantText } from '../platform/time/instant.ts';
import { sealOptional, type UserCipher } from '../privacy/index.ts';
import { undoClosesAt } from './journal-life.ts';
import { endShares } from './share-store.ts';

/** Gives the journal another title, or none. `false`: there is no such journal. */
export async function changeTitle(
  tx: Transaction,
  cipher: UserCipher,
  id: JournalId,
  title: string | null,
  now: Temporal.Instant,
): Promise<boolean> {
  const rows = await tx.query(CHANGE_TITLE, [id, sealOptional(cipher, 'journal.title', title), now.toString()]);
  return rows.length === 1;
}

const CHANGE_TITLE = `
  update journal set title_sealed = $2, updated_at = $3 where id = $1 and deleted_at is null returning id`;

/** Makes the journal a favourite, or no longer; said again, it changes nothing. `false`: there is no such journal. */
export async function setFavorite(
  tx: Transaction,
  id: JournalId,
  isFavorite: boolean,
  now: Temporal.Instant,
): Promise<boolean> {
  const rows = await tx.query(SET_FAVORITE, [id, isFavorite, now.toString()]);
  return rows.length === 1;
}

const SET_FAVORITE = `
  update journal set is_favorite = $2, updated_at = case when is_favorite = $2 then updated_at else $3 end
  where id = $1 and deleted_at is null returning id`;

/** A journal that is deleted for its owner. `deletedAt` (ISO 8601) tells this deletion from one after a restore. */
export type Deletion = { deletedAt: string; purgeAt: Temporal.Instant };

/**
 * Takes the journal out of every read and ends its shares, which a restore does not bring back; its recording stays until
 * `purgeAt`. `null`: there is no such journal.
 */
export async function deleteJournal(tx: Transaction, id: JournalId, now: Temporal.Instant): Promise<Deletion | null> {
  const deletedAt = instantText(now);
  if ((await tx.query(DELETE, [id, deletedAt])).length === 0) return null;
  await endShares(tx, id);
  return { deletedAt, purgeAt: undoClosesAt(Temporal.Instant.from(deletedAt)) };
}

const DELETE = 'update journal set deleted_at = $2 where id = $1 and deleted_at is null returning id';

/** `restored` also where it was not deleted: a phone may ask again. `null`: there is no such journal. */
export type Restoration = 'restored' | 'too_late' | null;

/** Takes a deletion back, as long as that can be done and its recording is whole. */
export async function restoreJournal(tx: Transaction, id: JournalId, now: Temporal.Instant): Promise<Restoration> {
  const [journal] = await tx.query<{ deletedAt: string | null; isPurging: boolean }>(LOCK, [id]);
  if (!journal) return null;
  if (journal.deletedAt === null) return 'restored';
  const closed = undoClosesAt(Temporal.Instant.from(journal.deletedAt));
  if (journal.isPurging || Temporal.Instant.compare(now, closed) >= 0) return 'too_late';
  await tx.query('update journal set deleted_at = null where id = $1', [id]);
  return 'restored';
}

const LOCK = `
  select ${instantSql('deleted_at')} as "deletedAt", purging_at is not null as "isPurging"
  from journal where id = $1 for update`;
