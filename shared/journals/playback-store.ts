import type { Transaction } from '../platform/database/database.ts';
import type { JournalId } from '../platform/ids.ts';
import type { Envelope } from './envelope.ts';
import type { AudioStatus } from './journal-store.ts';

/** Where the ciphertext of a recording lies, and how it is opened by who has the key. */
export type StoredRecording = {
  objectKey: string;
  /** The version that was judged; `null` only where the bucket keeps none. */
  objectVersion: string | null;
  envelope: Envelope;
};

/** A recording with what has become of it: only a valid one may be played. */
export type OwnRecording = StoredRecording & { status: AudioStatus };

/** The recording of a journal of the transaction's user; `null` where there is none, or no longer. */
export async function findRecording(tx: Transaction, id: JournalId): Promise<OwnRecording | null> {
  const [found] = await tx.query<OwnRecording>(FIND, [id]);
  return found ?? null;
}

/** Columns of a `StoredRecording`, out of `audio_metadata audio`. */
export const STORED_RECORDING = `
  audio.object_key as "objectKey", audio.object_version as "objectVersion",
  jsonb_build_object('version', audio.envelope_version, 'algorithm', audio.algorithm, 'iv', audio.iv,
                     'keyId', audio.key_id) as envelope`;

const FIND = `
  select audio.status, ${STORED_RECORDING}
  from journal join audio_metadata audio on audio.journal_id = journal.id
  where journal.id = $1 and journal.deleted_at is null`;
