import { Envelope, objectSize } from '../journals/index.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { JournalId, UserId } from '../platform/ids.ts';

/** A recording that was accepted and not deleted. `checksum`: base64 SHA-256 of the object. */
export type Recording = {
  journalId: JournalId;
  object: { key: string; versionId: string | undefined; size: number };
  checksum: string;
};

/** All recordings of the user, or that of one journal. */
export async function listRecordings(
  tx: Transaction,
  userId: UserId,
  journalId: JournalId | null,
): Promise<Recording[]> {
  const rows = await tx.query<Row>(LIST, [userId, journalId]);
  return rows.map(({ objectKey, objectVersion, fileSize, version, ...row }) => ({
    ...row,
    object: {
      key: objectKey,
      versionId: objectVersion ?? undefined,
      size: objectSize(Number(fileSize), Envelope.shape.version.parse(version)),
    },
  }));
}

type Row = Pick<Recording, 'journalId' | 'checksum'> & {
  objectKey: string;
  objectVersion: string | null;
  fileSize: string;
  version: number;
};

// A few hundred bytes each: even ten thousand of them are less than one piece of text.
const LIST = `
  select audio.journal_id as "journalId", audio.object_key as "objectKey", audio.object_version as "objectVersion",
         audio.file_size as "fileSize", audio.envelope_version as version, audio.checksum
  from audio_metadata audio join journal on journal.id = audio.journal_id
  where audio.user_id = $1 and ($2::uuid is null or audio.journal_id = $2)
    and audio.status = 'valid' and journal.deleted_at is null
  order by journal.id`;
