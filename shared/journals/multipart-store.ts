import type { Transaction } from '../platform/database/database.ts';
import type { JournalId } from '../platform/ids.ts';
import type { EnvelopeVersion } from './envelope.ts';
import { objectSize } from './envelope.ts';
import type { AudioStatus } from './journal-store.ts';
import { type Part, partsOf } from './upload-parts.ts';

/** An upload in parts, as it was begun at the object store. */
export type BegunMultipart = {
  uploadId: string;
  /** Bytes of every part but the last. */
  partSize: number;
  /** Base64 SHA-256 of each part, where the phone declared them. */
  partChecksums: readonly string[] | null;
};

/** Notes that a new journal's recording comes in parts. */
export async function recordMultipart(
  tx: Transaction,
  journalId: JournalId,
  { uploadId, partSize, partChecksums }: BegunMultipart,
): Promise<void> {
  await tx.query(RECORD, [journalId, uploadId, partSize, partChecksums]);
}

const RECORD = `
  update audio_metadata set upload_id = $2, part_size = $3, part_checksums = $4 where journal_id = $1`;

/** Where and how a journal's recording is uploaded: in one piece of `size` bytes, or in parts. */
export type JournalUpload = {
  status: AudioStatus;
  objectKey: string;
  size: number;
  multipart: (BegunMultipart & { parts: Part[] }) | null;
};

/** The upload of the user's journal; `null` where there is no such journal, or it is deleted. */
export async function journalUpload(tx: Transaction, journalId: JournalId): Promise<JournalUpload | null> {
  const [row] = await tx.query<UploadRow>(UPLOAD, [journalId]);
  if (!row) return null;
  const { status, objectKey, uploadId, partSize, partChecksums } = row;
  const size = objectSize(Number(row.fileSize), row.envelopeVersion);
  const multipart =
    uploadId === null || partSize === null
      ? null
      : { uploadId, partSize, partChecksums, parts: partsOf(size, partSize) };
  return { status, objectKey, size, multipart };
}

type UploadRow = {
  status: AudioStatus;
  objectKey: string;
  fileSize: string;
  envelopeVersion: EnvelopeVersion;
  uploadId: string | null;
  partSize: number | null;
  partChecksums: string[] | null;
};

const UPLOAD = `
  select audio.status, audio.object_key as "objectKey", audio.file_size as "fileSize",
         audio.envelope_version as "envelopeVersion", audio.upload_id as "uploadId", audio.part_size as "partSize",
         audio.part_checksums as "partChecksums"
  from audio_metadata audio join journal on journal.id = audio.journal_id
  where journal.id = $1 and journal.deleted_at is null`;

/** Keeps what the phone says the object store answered for each part, before the upload is completed; later it is too late. */
export async function nameParts(
  tx: Transaction,
  journalId: JournalId,
  parts: readonly { number: number; etag: string }[],
): Promise<void> {
  const etags = parts.toSorted((a, b) => a.number - b.number).map(({ etag }) => etag);
  await tx.query(NAME_PARTS, [journalId, etags]);
}

const NAME_PARTS = `update audio_metadata set part_etags = $2 where journal_id = $1 and status = 'pending'`;

/** An upload in parts that its phone has completed, as the object store is told of it. */
export type MultipartToComplete = { uploadId: string; parts: { number: number; etag: string; sha256?: string }[] };

/** What is still to be made one object before it can be judged; `null` where it came in one piece. */
export async function multipartToComplete(tx: Transaction, journalId: JournalId): Promise<MultipartToComplete | null> {
  const [row] = await tx.query<NamedRow>(NAMED, [journalId]);
  if (!row) return null;
  const { uploadId, etags, checksums } = row;
  return {
    uploadId,
    parts: etags.map((etag, at) => {
      const sha256 = checksums?.[at];
      return { number: at + 1, etag, ...(sha256 === undefined ? {} : { sha256 }) };
    }),
  };
}

type NamedRow = { uploadId: string; etags: string[]; checksums: string[] | null };

const NAMED = `
  select upload_id as "uploadId", part_etags as etags, part_checksums as checksums
  from audio_metadata where journal_id = $1 and upload_id is not null and status = 'validating'`;
