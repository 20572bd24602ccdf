import { createHash } from 'node:crypto';
import type { Transaction } from '../platform/database/database.ts';
import { type JournalId, newId, type UserId } from '../platform/ids.ts';
import { instantSql } from '../platform/time/instant.ts';
import { undoClosesAt } from './journal-life.ts';

/** One deletion of a journal: restored and deleted again, it is another one. `deletedAt` is ISO 8601 with milliseconds. */
export type DeletedJournal = { userId: UserId; journalId: JournalId; deletedAt: string };

/** Journals of all users that were deleted before `before` and are still there, the first deleted first. */
export const journalsToPurge = (tx: Transaction, before: Temporal.Instant, most: number): Promise<DeletedJournal[]> =>
  tx.query<DeletedJournal>(TO_PURGE, [before.toString(), most]);

const TO_PURGE = `
  select user_id as "userId", journal_id as "journalId", ${instantSql('deleted_at')} as "deletedAt"
  from journals_to_purge($1, $2)`;

/** `gone`: restored, or purged before. `early`: its owner may still want it back. */
export type PurgeBegun = { status: 'gone' } | { status: 'early'; dueAt: Temporal.Instant } | BegunPurge;
type BegunPurge = { status: 'begun'; objectKey: string };

/** The point of no return: from its commit on nobody can restore the journal. May be begun again after a crash. */
export async function beginPurge(
  tx: Transaction,
  { journalId, deletedAt }: DeletedJournal,
  now: Temporal.Instant,
): Promise<PurgeBegun> {
  const [found] = await tx.query<{ objectKey: string }>(LOCK, [journalId, deletedAt]);
  if (!found) return { status: 'gone' };
  const dueAt = undoClosesAt(Temporal.Instant.from(deletedAt));
  if (Temporal.Instant.compare(now, dueAt) < 0) return { status: 'early', dueAt };
  await tx.query(BEGIN, [journalId, now.toString()]);
  return { status: 'begun', objectKey: found.objectKey };
}

const LOCK = `
  select audio.object_key as "objectKey"
  from journal join audio_metadata audio on audio.journal_id = journal.id
  where journal.id = $1 and date_trunc('milliseconds', journal.deleted_at) = $2 for update of journal`;

const BEGIN = `update journal set purging_at = coalesce(purging_at, $2) where id = $1`;

/** What was proven to be gone from the object store, and how many versions and markers this took. */
export type ProvenDeletion = { objectKey: string; versionsDeleted: number };

/**
 * Removes the journal's rows and leaves the receipt, once. `false`: somebody else has.
 *
 * What has no content stays: the activity day, the check-ins, and the IV, which must never be used again under its key.
 */
export async function finishPurge(
  tx: Transaction,
  { journalId, deletedAt }: DeletedJournal,
  { objectKey, versionsDeleted }: ProvenDeletion,
  now: Temporal.Instant,
): Promise<boolean> {
  const hash = createHash('sha256').update(objectKey).digest();
  const rows = await tx.query(FINISH, [journalId, deletedAt, newId(), hash, versionsDeleted, now.toString()]);
  return rows.length === 1;
}

const FINISH = `
  with gone as (
    delete from journal
    where id = $1 and date_trunc('milliseconds', deleted_at) = $2 and purging_at is not null
    returning id, user_id, deleted_at
  ), unlinked as (
    update checkin set related_journal_id = null from gone
    where checkin.user_id = gone.user_id and checkin.related_journal_id = gone.id
  )
  insert into deletion_receipt (id, user_id, journal_id, object_key_hash, versions_deleted, requested_at, deleted_at)
  select $3, user_id, id, $4, $5, deleted_at, $6 from gone
  returning id`;
