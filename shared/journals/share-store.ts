import type { Transaction } from '../platform/database/database.ts';
import { type JournalId, LAST_ID, type ShareId, type UserId } from '../platform/ids.ts';
import { instantSql } from '../platform/time/instant.ts';

/** A link to one recording, as its owner sees it. Instants are `InstantText`. The link itself is shown once. */
export type Share = {
  id: ShareId;
  journalId: JournalId;
  createdAt: string;
  expiresAt: string;
  maxDownloads: number;
  downloads: number;
};

export type NewShare = {
  id: ShareId;
  journalId: JournalId;
  tokenHash: Buffer;
  expiresAt: Temporal.Instant;
  /** From 1 to 100. */
  maxDownloads: number;
};

/** As many links as anybody hands out; a phone that goes wild makes no more. Those that open nothing any more do not count. */
export const MOST_OPEN_SHARES = 20;

/**
 * Shares a journal with a valid recording of the transaction's user. `null`: there is no such one; `too_many`: as many links
 * to it open as may.
 */
export async function createShare(
  tx: Transaction,
  userId: UserId,
  { id, journalId, tokenHash, expiresAt, maxDownloads }: NewShare,
  now: Temporal.Instant,
): Promise<Share | 'too_many' | null> {
  const [journal] = await tx.query(LOCK, [journalId]);
  if (!journal) return null;
  const values = [id, userId, journalId, tokenHash, now.toString(), expiresAt.toString(), maxDownloads];
  const [created] = await tx.query<Share>(CREATE, [...values, MOST_OPEN_SHARES]);
  return created ?? 'too_many';
}

const COLUMNS = `
  share.id, share.journal_id as "journalId", ${instantSql('share.created_at')} as "createdAt",
  ${instantSql('share.expires_at')} as "expiresAt", share.max_downloads as "maxDownloads", share.downloads`;

/**
 * Against a deletion at the same time, which would not see the share it has to end, and against others who share it. A statement
 * of its own before the one that counts: that one has to see what they have added.
 */
const LOCK = `
  select journal.id from journal join audio_metadata audio on audio.journal_id = journal.id
  where journal.id = $1 and journal.deleted_at is null and audio.status = 'valid' for no key update of journal`;

const CREATE = `
  insert into journal_share as share (id, user_id, journal_id, token_hash, created_at, expires_at, max_downloads)
  select $1::uuid, $2::uuid, $3::uuid, $4::bytea, $5::timestamptz, $6::timestamptz, $7::smallint
  where $8 > (select count(*) from journal_share
              where journal_id = $3 and expires_at > $5::timestamptz and downloads < max_downloads)
  returning ${COLUMNS}`;

/** The user's shares, of one journal or of all, the latest first; those that open nothing any more too. */
export const listShares = (
  tx: Transaction,
  userId: UserId,
  { journalId, limit, after }: { journalId?: JournalId; limit: number; after: ShareId | undefined },
): Promise<Share[]> => tx.query<Share>(LIST, [userId, journalId ?? null, after ?? LAST_ID, limit]);

const LIST = `
  select ${COLUMNS} from journal_share share
  where share.user_id = $1 and ($2::uuid is null or share.journal_id = $2) and share.id < $3
  order by share.id desc limit $4`;

/** Ends one share for good. `false`: there is none such. */
export async function revokeShare(tx: Transaction, journalId: JournalId, id: ShareId): Promise<boolean> {
  const rows = await tx.query('delete from journal_share where id = $1 and journal_id = $2 returning id', [
    id,
    journalId,
  ]);
  return rows.length === 1;
}

/**
 * Ends all shares of a journal for good. A statement of its own after the one that deletes the journal: that one waits for
 * whoever is just sharing it, and would not see what they added.
 */
export async function endShares(tx: Transaction, journalId: JournalId): Promise<void> {
  await tx.query('delete from journal_share where journal_id = $1', [journalId]);
}
