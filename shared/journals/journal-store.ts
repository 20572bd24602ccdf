import type { Transaction } from '../platform/database/database.ts';
import { type CheckinId, type JobId, type JournalId, LAST_ID, type UserId } from '../platform/ids.ts';
import { instantSql } from '../platform/time/instant.ts';
import { openOptional, sealOptional, type UserCipher } from '../privacy/index.ts';
import type { DeclaredAudio, DeclaredRecording } from './declared-recording.ts';
import type { RejectionReason } from './rejection.ts';

/** `validating` from the phone's word that it has uploaded until the verdict; the last three are final. */
export const audioStatuses = ['pending', 'validating', 'valid', 'rejected', 'expired'] as const;
export type AudioStatus = (typeof audioStatuses)[number];

export type NewJournal = DeclaredRecording & {
  id: JournalId;
  title: string | null;
  recordedAt: Temporal.Instant;
  /** IANA zone in which it was recorded. */
  timeZone: string;
  localDate: Temporal.PlainDate;
  /** Where the recording is going to be uploaded. */
  objectKey: string;
};

/** A journal as its owner sees it. Instants are ISO 8601 in UTC with milliseconds, `localDate` is an ISO date. */
export type Journal = {
  id: JournalId;
  title: string | null;
  recordedAt: string;
  timeZone: string;
  localDate: string;
  durationSeconds: number;
  isFavorite: boolean;
  /** How the person felt before and after, where they said so. */
  preCheckinId: CheckinId | null;
  postCheckinId: CheckinId | null;
  audio: DeclaredAudio & { status: AudioStatus; reason: RejectionReason | null };
  createdAt: string;
  updatedAt: string;
};

/** Writes a journal whose recording is still to be uploaded. */
export async function createJournal(
  tx: Transaction,
  userId: UserId,
  cipher: UserCipher,
  { audio, ...journal }: NewJournal,
  now: Temporal.Instant,
): Promise<Journal> {
  const [created] = await tx.query<JournalRow>(CREATE, [
    journal.id,
    userId,
    now.toString(),
    sealOptional(cipher, 'journal.title', journal.title),
    journal.recordedAt.toString(),
    journal.timeZone,
    journal.localDate.toString(),
    journal.durationSeconds,
    journal.objectKey,
    audio.format,
    audio.sampleRate,
    audio.bitRate,
    audio.channels,
    audio.fileSize,
    audio.checksum,
    audio.envelope.version,
    audio.envelope.algorithm,
    audio.envelope.iv,
    audio.envelope.keyId,
  ]);
  if (!created) throw new Error('an insert gave no row back');
  return journalOf(created, cipher);
}

export type JournalRow = Omit<Journal, 'title'> & { titleSealed: Buffer | null };

export const journalOf = ({ titleSealed, ...row }: JournalRow, cipher: UserCipher): Journal => ({
  ...row,
  title: openOptional(cipher, 'journal.title', titleSealed),
});

export type JournalCheckins = Pick<Journal, 'preCheckinId' | 'postCheckinId'>;

/** Notes which check-ins were recorded with the journal. */
export async function linkCheckins(
  tx: Transaction,
  id: JournalId,
  { preCheckinId, postCheckinId }: JournalCheckins,
): Promise<void> {
  await tx.query('update journal set pre_checkin_id = $2, post_checkin_id = $3 where id = $1', [
    id,
    preCheckinId,
    postCheckinId,
  ]);
}

/** The journal, if it is the transaction's user's and not deleted. */
export async function findJournal(tx: Transaction, cipher: UserCipher, id: JournalId): Promise<Journal | null> {
  const [found] = await tx.query<JournalRow>(FIND, [id]);
  return found ? journalOf(found, cipher) : null;
}

/** The place of a journal in the list. */
export type JournalPosition = Pick<Journal, 'recordedAt' | 'id'>;

/** The user's journals, the latest recorded first, after `after` where that is given. */
export async function listJournals(
  tx: Transaction,
  userId: UserId,
  cipher: UserCipher,
  { limit, after }: { limit: number; after: JournalPosition | undefined },
): Promise<Journal[]> {
  const from = [after?.recordedAt ?? 'infinity', after?.id ?? LAST_ID];
  const rows = await tx.query<JournalRow>(LIST, [userId, limit, ...from]);
  return rows.map((row) => journalOf(row, cipher));
}

/** What came of saying that a recording has been uploaded. `null`: there is no such journal. */
export type Completion = { status: 'completed'; jobId: JobId } | { status: 'expired' } | null;

/**
 * Turns a pending upload into one that is judged, once. `judge` adds the job that does it; said again, whatever the
 * verdict by then, the job of the first time is given back, for a phone whose answer was lost.
 */
export async function completeUpload(
  tx: Transaction,
  id: JournalId,
  now: Temporal.Instant,
  judge: () => JobId,
): Promise<Completion> {
  const [upload] = await tx.query<{ status: AudioStatus; validationJob: JobId | null }>(LOCK_UPLOAD, [id]);
  if (!upload) return null;
  if (upload.validationJob) return { status: 'completed', jobId: upload.validationJob };
  if (upload.status !== 'pending') return { status: 'expired' };
  const jobId = judge();
  await tx.query(COMPLETE, [id, jobId, now.toString()]);
  return { status: 'completed', jobId };
}

const COLUMNS = `
  journal.id, journal.title_sealed as "titleSealed", ${instantSql('journal.recorded_at')} as "recordedAt", journal.time_zone as "timeZone",
  journal.local_date::text as "localDate", journal.duration_seconds as "durationSeconds",
  journal.is_favorite as "isFavorite", journal.pre_checkin_id as "preCheckinId",
  journal.post_checkin_id as "postCheckinId", ${instantSql('journal.created_at')} as "createdAt",
  ${instantSql('journal.updated_at')} as "updatedAt",
  jsonb_build_object(
    'status', audio.status, 'reason', audio.reason, 'format', audio.format, 'sampleRate', audio.sample_rate,
    'bitRate', audio.bit_rate, 'channels', audio.channels, 'fileSize', audio.file_size, 'checksum', audio.checksum,
    'envelope', jsonb_build_object('version', audio.envelope_version, 'algorithm', audio.algorithm, 'iv', audio.iv,
                                   'keyId', audio.key_id)
  ) as audio`;

const CREATE = `
  with journal as (
    insert into journal (id, user_id, created_at, updated_at, title_sealed, recorded_at, time_zone, local_date, duration_seconds)
    values ($1, $2, $3, $3, $4, $5, $6, $7, $8) returning *
  ), audio as (
    insert into audio_metadata (journal_id, user_id, created_at, object_key, format, sample_rate, bit_rate, channels,
                                file_size, checksum, envelope_version, algorithm, iv, key_id)
    values ($1, $2, $3, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) returning *
  )
  select ${COLUMNS} from journal cross join audio`;

/** To be followed by further conditions. */
export const JOURNALS = `
  select ${COLUMNS} from journal join audio_metadata audio on audio.journal_id = journal.id
  where journal.deleted_at is null`;

const FIND = `${JOURNALS} and journal.id = $1`;

const LIST = `${JOURNALS} and journal.user_id = $1 and (journal.recorded_at, journal.id) < ($3::timestamptz, $4::uuid)
  order by journal.recorded_at desc, journal.id desc limit $2`;

const LOCK_UPLOAD = `
  select audio.status, audio.validation_job as "validationJob"
  from audio_metadata audio join journal on journal.id = audio.journal_id
  where journal.id = $1 and journal.deleted_at is null for update of audio`;

const COMPLETE = `
  update audio_metadata set status = 'validating', validation_job = $2, completed_at = $3 where journal_id = $1`;
