import { transient } from '../platform/errors.ts';
import { ImportId, UserId } from '../platform/ids.ts';
import type { ObjectStore } from '../platform/object-store/port.ts';
import { newestObject } from '../platform/object-store/resumable.ts';

/** Whose file it is, and of which import. */
export type FileName = { userId: UserId; importId: ImportId };

/** What the key of every file begins with. */
export const filesPrefix = 'imports/';

const PUT_MS = 10_000;

/** Stores a sealed file under a name that no other has. */
export async function putFile(store: ObjectStore, name: FileName, sealed: Buffer): Promise<void> {
  const signal = AbortSignal.timeout(PUT_MS);
  await store.write(keyOf(name), sealed, signal).catch((cause: unknown) => {
    throw signal.aborted ? transient('object_store_unavailable', 'The file was not stored in time.', { cause }) : cause;
  });
}

/** The bytes of a file. @throws permanent `object_missing` where there is none (any more) */
export const readFile = async (
  store: ObjectStore,
  name: FileName,
  signal: AbortSignal,
): Promise<AsyncGenerator<Buffer>> => (await newestObject(store, keyOf(name), { signal })).bytes;

/** Deletes a file in every version. Absent is fine. */
export const deleteFile = (store: ObjectStore, name: FileName, signal?: AbortSignal): Promise<unknown> =>
  store.deleteAllVersions(keyOf(name), signal);

/** Whose file lies under a key; `null` for a key that is none of ours. */
export function fileNameOf(key: string): FileName | null {
  const [user, file, ...more] = key.slice(filesPrefix.length).split('/');
  const [userId, importId] = [UserId.safeParse(user), ImportId.safeParse(file)];
  if (!key.startsWith(filesPrefix) || more.length > 0 || !userId.success || !importId.success) return null;
  return { userId: userId.data, importId: importId.data };
}

const keyOf = ({ userId, importId }: FileName): string => `${filesPrefix}${userId}/${importId}`;
