import type { Role } from '../../shared/accounts/index.ts';
import {
  createAudioJudge,
  isIssuedFor,
  type Judged,
  type MultipartToComplete,
  type RejectionReason,
  recordingCap,
  sha256Checksum,
  type UploadToJudge,
} from '../../shared/journals/index.ts';
import { isAppError } from '../../shared/platform/errors.ts';
import type { JournalId, UserId } from '../../shared/platform/ids.ts';
import type { ObjectStore } from '../../shared/platform/object-store/port.ts';
import { newestObject } from '../../shared/platform/object-store/resumable.ts';
import { completeMultipart } from './complete-multipart.ts';

/** `multipart` is there where the object came in parts and is still to be made. */
export type CompletedUpload = UploadToJudge & { multipart: MultipartToComplete | null };
export type UploadOwner = { userId: UserId; journalId: JournalId; role: Role };

/**
 * Makes one object of an upload in parts, then reads the newest version once, a piece at a time, and judges it. Whatever is
 * uploaded meanwhile or later is another version. Faults of the object store are thrown; they are never a verdict.
 */
export async function judgeObject(
  store: Pick<ObjectStore, 'read' | 'completeMultipart'>,
  { multipart, ...upload }: CompletedUpload,
  { userId, journalId, role }: UploadOwner,
  signal: AbortSignal,
): Promise<Judged> {
  if (!isIssuedFor(userId, journalId, upload.objectKey)) return rejected('foreign_object');
  if (multipart && !(await completeMultipart(store, upload.objectKey, multipart, signal)))
    return rejected('upload_incomplete');
  try {
    return await judgeNewest(store, upload, role, signal);
  } catch (error) {
    // Never uploaded, or deleted while it was read.
    if (isAppError(error) && error.code === 'object_missing') return rejected('missing_object');
    throw error;
  }
}

async function judgeNewest(
  store: Pick<ObjectStore, 'read'>,
  upload: UploadToJudge,
  role: Role,
  signal: AbortSignal,
): Promise<Judged> {
  const { bytes, versionId } = await newestObject(store, upload.objectKey, { signal });
  const judge = createAudioJudge(upload, { cap: recordingCap(role), checksum: sha256Checksum() });
  for await (const piece of bytes) {
    if (!judge.push(piece)) break;
  }
  return { verdict: judge.finish(), objectVersion: versionId ?? null };
}

const rejected = (reason: RejectionReason): Judged => ({
  verdict: { status: 'rejected', reason },
  objectVersion: null,
});
