import type { Transaction } from '../platform/database/database.ts';
import type { JournalId, UserId } from '../platform/ids.ts';
import type { DeclaredRecording } from './declared-recording.ts';
import type { Verdict } from './validation.ts';

/** A recording that waits for its verdict: what the phone declared, and where the object should be. */
export type UploadToJudge = DeclaredRecording & { objectKey: string };

/** The upload of a journal, while it is neither judged nor gone. */
export async function uploadToJudge(tx: Transaction, journalId: JournalId): Promise<UploadToJudge | null> {
  const [upload] = await tx.query<UploadToJudge>(TO_JUDGE, [journalId]);
  return upload ?? null;
}

const TO_JUDGE = `
  select audio.object_key as "objectKey", journal.duration_seconds as "durationSeconds",
         jsonb_build_object(
           'format', audio.format, 'sampleRate', audio.sample_rate, 'bitRate', audio.bit_rate,
           'channels', audio.channels, 'fileSize', audio.file_size, 'checksum', audio.checksum,
           'envelope', jsonb_build_object('version', audio.envelope_version, 'algorithm', audio.algorithm,
                                          'iv', audio.iv, 'keyId', audio.key_id)
         ) as audio
  from audio_metadata audio join journal on journal.id = audio.journal_id
  where audio.journal_id = $1 and audio.status = 'validating'`;

/** A verdict on the version of the object that was read; `null` where none was, or the bucket keeps no versions. */
export type Judged = { verdict: Verdict; objectVersion: string | null };

/** A verdict that stands, with the facts of the journal that follow-up work needs. */
export type JudgedJournal = {
  verdict: Verdict;
  recordedAt: Temporal.Instant;
  timeZone: string;
  createdAt: Temporal.Instant;
  /** When its phone said that it had uploaded: no address for it was issued later. */
  completedAt: Temporal.Instant;
};

/**
 * Writes the verdict, once: `null` where the journal has one already, or is gone.
 *
 * A valid recording claims its IV for good. Of two that were encrypted under one key and IV, the one that commits first
 * is valid; the other waits for it here and becomes `reused_iv`. A rejected recording claims nothing, since its object is
 * deleted: the phone may send the same ciphertext again as a new journal.
 */
export async function recordVerdict(
  tx: Transaction,
  journalId: JournalId,
  { verdict, objectVersion }: Judged,
  now: Temporal.Instant,
): Promise<JudgedJournal | null> {
  const isReused = verdict.status === 'valid' && (await tx.query(CLAIM_IV, [journalId])).length === 0;
  const final: Verdict = isReused ? { status: 'rejected', reason: 'reused_iv' } : verdict;
  const reason = final.status === 'rejected' ? final.reason : null;
  const [row] = await tx.query<JudgedRow>(JUDGE, [journalId, final.status, reason, objectVersion, now.toString()]);
  if (!row) return null;
  const { recordedAt, createdAt, completedAt, timeZone } = row;
  return {
    verdict: final,
    timeZone,
    recordedAt: Temporal.Instant.from(recordedAt),
    createdAt: Temporal.Instant.from(createdAt),
    completedAt: Temporal.Instant.from(completedAt),
  };
}

type JudgedRow = { recordedAt: string; createdAt: string; completedAt: string; timeZone: string };

const CLAIM_IV = `
  insert into audio_iv (user_id, key_id, iv, journal_id)
  select user_id, key_id, iv, journal_id from audio_metadata where journal_id = $1 and status = 'validating'
  on conflict do nothing returning journal_id`;

const JUDGE = `
  update audio_metadata audio set status = $2, reason = $3, object_version = $4, judged_at = $5
  from journal where audio.journal_id = $1 and audio.status = 'validating' and journal.id = audio.journal_id
  returning journal.recorded_at as "recordedAt", journal.time_zone as "timeZone", journal.created_at as "createdAt",
            coalesce(audio.completed_at, journal.created_at) as "completedAt"`;

/** An upload that is never going to be completed. */
export type UnfinishedUpload = { userId: UserId; journalId: JournalId };

/** How long after its creation a journal may still be completed, in hours. */
const UNFINISHED_HOURS = 24;

/** Uploads of all users that were never completed in time, the oldest first. */
export const unfinishedUploads = (tx: Transaction, limit: number): Promise<UnfinishedUpload[]> =>
  tx.query<UnfinishedUpload>(UNFINISHED, [UNFINISHED_HOURS, limit]);

const UNFINISHED = `
  select user_id as "userId", journal_id as "journalId" from unfinished_uploads(make_interval(hours => $1), $2)`;

/** Ends an upload that is still pending. `false`: it was completed meanwhile, or is gone. */
export async function expireUpload(tx: Transaction, journalId: JournalId, now: Temporal.Instant): Promise<boolean> {
  const rows = await tx.query(EXPIRE, [journalId, now.toString()]);
  return rows.length === 1;
}

const EXPIRE = `
  update audio_metadata set status = 'expired', judged_at = $2
  where journal_id = $1 and status = 'pending' returning journal_id`;

/** What is to be deleted at an object's key: everything, or all but the version that was judged valid. */
export type ObjectToDelete = { objectKey: string; keptVersion: string | null };

/** What a journal's verdict leaves to delete; `null` while there is none, and in a bucket that keeps no versions. */
export async function objectToDelete(tx: Transaction, journalId: JournalId): Promise<ObjectToDelete | null> {
  const [row] = await tx.query<ObjectToDelete>(TO_DELETE, [journalId]);
  return row ?? null;
}

const TO_DELETE = `
  select object_key as "objectKey", case when status = 'valid' then object_version end as "keptVersion"
  from audio_metadata
  where journal_id = $1 and (status in ('rejected', 'expired') or (status = 'valid' and object_version is not null))`;
