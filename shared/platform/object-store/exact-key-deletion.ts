import { transient } from '../errors.ts';

/** The four calls a deletion needs. Both lists give the first page of what begins with the key, in the order of keys. */
export type DeletionCalls = {
  firstVersions(key: string): Promise<KeyVersion[]>;
  deleteVersions(versions: readonly KeyVersion[]): Promise<void>;
  firstUploads(key: string): Promise<KeyUpload[]>;
  abortUpload(upload: KeyUpload): Promise<void>;
};

export type KeyVersion = { key: string; versionId: string };
export type KeyUpload = { key: string; uploadId: string };

/**
 * Deletes whatever is at exactly `key` until a list shows nothing more, and gives the number of versions and markers deleted.
 * Unfinished multipart uploads go first: one completed later would make a new version behind our back.
 * A key sorts before every longer key it is a prefix of, so the first page always begins with its own versions;
 * asking for it again after each round needs no markers and ends with the proof that nothing is left.
 *
 * @param kept a version that stays. A page must hold more than one entry for it not to hide the others.
 */
export async function deleteExactKey(key: string, calls: DeletionCalls, kept?: string): Promise<number> {
  await untilNoneLeft(key, calls.firstUploads, (uploads) => Promise.all(uploads.map(calls.abortUpload)));
  const firstOthers = async () => (await calls.firstVersions(key)).filter(({ versionId }) => versionId !== kept);
  return untilNoneLeft(key, firstOthers, calls.deleteVersions);
}

async function untilNoneLeft<T extends { key: string }>(
  key: string,
  firstPage: (key: string) => Promise<T[]>,
  remove: (entries: readonly T[]) => Promise<unknown>,
): Promise<number> {
  let removed = 0;
  for (let round = 0; round < mostRounds; round += 1) {
    const own = (await firstPage(key)).filter((entry) => entry.key === key);
    if (own.length === 0) return removed;
    await remove(own);
    removed += own.length;
  }
  throw transient('object_versions_remain', 'Versions of the object remain after deleting them.');
}

// 100,000 versions of one key; a bucket that never lets go must not hold a worker for ever.
const mostRounds = 100;
