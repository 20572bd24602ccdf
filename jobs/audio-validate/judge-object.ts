import type { Role } from '../../shared/accounts/index.ts';
import {
  createAudioJudge,
  isIssuedFor,
  type Judged,
  type RejectionReason,
  recordingCap,
  sha256Checksum,
  type UploadToJudge,
} from '../../shared/journals/index.ts';
import { isAppError } from '../../shared/platform/errors.ts';
import type { JournalId, UserId } from '../../shared/platform/ids.ts';
import type { ObjectStore, StoredObject } from '../../shared/platform/object-store/port.ts';
import { objectBytes } from '../../shared/platform/object-store/resumable.ts';

export type UploadOwner = { userId: UserId; journalId: JournalId; role: Role };

/**
 * Reads the newest version of the object once, a piece at a time, and judges it. Whatever is uploaded meanwhile or later
 * is another version. Faults of the object store are thrown; they are never a verdict.
 */
export async function judgeObject(
  store: Pick<ObjectStore, 'head' | 'read'>,
  upload: UploadToJudge,
  { userId, journalId, role }: UploadOwner,
  signal: AbortSignal,
): Promise<Judged> {
  if (!isIssuedFor(userId, journalId, upload.objectKey)) return rejected('foreign_object');
  const object = await store.head(upload.objectKey, signal);
  if (!object) return rejected('missing_object');
  try {
    return await judgeVersion(store, upload, role, object, signal);
  } catch (error) {
    // Deleted since it was looked for.
    if (isAppError(error) && error.code === 'object_missing') return rejected('missing_object');
    throw error;
  }
}

async function judgeVersion(
  store: Pick<ObjectStore, 'read'>,
  upload: UploadToJudge,
  role: Role,
  { size, versionId }: StoredObject,
  signal: AbortSignal,
): Promise<Judged> {
  const judge = createAudioJudge(upload, { cap: recordingCap(role), checksum: sha256Checksum() });
  for await (const piece of objectBytes(store, { key: upload.objectKey, versionId, size }, { signal })) {
    if (!judge.push(piece)) break;
  }
  return { verdict: judge.finish(), objectVersion: versionId ?? null };
}

const rejected = (reason: RejectionReason): Judged => ({
  verdict: { status: 'rejected', reason },
  objectVersion: null,
});
