import type { Transaction } from '../platform/database/database.ts';
import type { ShareId, UserId } from '../platform/ids.ts';
import type { DeclaredAudio } from './declared-recording.ts';
import { STORED_RECORDING, type StoredRecording } from './playback-store.ts';

/** What a link gives to anybody: where the ciphertext is, and what a player must know. Neither title nor owner. */
export type SharedRecording = StoredRecording & {
  shareId: ShareId;
  durationSeconds: number;
  audio: Omit<DeclaredAudio, 'envelope'>;
};

/** Whose share has this token, whether or not it still opens anything. Needs no user's context. */
export async function shareOwner(database: Pick<Transaction, 'query'>, tokenHash: Buffer): Promise<UserId | null> {
  const [row] = await database.query<{ owner: UserId | null }>('select journal_share_owner($1) as owner', [tokenHash]);
  return row?.owner ?? null;
}

/** The recording that the token opens now, in its owner's transaction. `null` alike for whatever reason it opens none. */
export async function findShared(
  tx: Transaction,
  tokenHash: Buffer,
  now: Temporal.Instant,
): Promise<SharedRecording | null> {
  const [found] = await tx.query<SharedRecording>(FIND, [tokenHash, now.toString()]);
  return found ?? null;
}

/**
 * Counts one download. `false`: the share has ended meanwhile, or others were quicker. Of many at once each waits for the
 * row and sees what the one before has counted.
 */
export async function countDownload(tx: Transaction, tokenHash: Buffer, now: Temporal.Instant): Promise<boolean> {
  return (await tx.query(COUNT, [tokenHash, now.toString()])).length === 1;
}

const OPEN = `
  share.token_hash = $1 and share.expires_at > $2 and share.downloads < share.max_downloads
  and journal.id = share.journal_id and journal.deleted_at is null
  and audio.journal_id = journal.id and audio.status = 'valid'
  and account.id = share.user_id and account.status = 'active'`;

const FIND = `
  select share.id as "shareId", journal.duration_seconds as "durationSeconds", ${STORED_RECORDING},
         jsonb_build_object('format', audio.format, 'sampleRate', audio.sample_rate, 'bitRate', audio.bit_rate,
                            'channels', audio.channels, 'fileSize', audio.file_size, 'checksum', audio.checksum) as audio
  from journal_share share, journal, audio_metadata audio, account where ${OPEN}`;

const COUNT = `
  update journal_share share set downloads = share.downloads + 1
  from journal, audio_metadata audio, account where ${OPEN} returning share.id`;
