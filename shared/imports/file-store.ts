import { transient } from '../platform/errors.ts';
import { ImportId, UserId } from '../platform/ids.ts';
import type { ObjectStore } from '../platform/object-store/port.ts';
import { newestObject } from '../platform/object-store/resumable.ts';

/** Whose file it is, and of which import. */
export type FileName = { userId: UserId; importId: ImportId };

/** What the key of every file begins with. */
export const filesPrefix = 'imports/';

const PUT_SECONDS = 10;

/** Stores a sealed file under a name that no other has. */
export async function putFile(store: ObjectStore, name: FileName, sealed: Buffer): Promise<void> {
  const options = { size: sealed.length, contentType: 'application/octet-stream', expiresInSeconds: PUT_SECONDS };
  const { url, headers } = await store.presignPut(keyOf(name), options);
  // fetch sets the length of the body itself.
  const { 'content-length': _, ...others } = headers;
  const signal = AbortSignal.timeout(PUT_SECONDS * 1_000);
  const sent = fetch(url, { method: 'PUT', headers: others, body: new Uint8Array(sealed), signal });
  const answer = await sent.catch((cause: unknown) => {
    throw unavailable({ cause });
  });
  await answer.body?.cancel();
  if (!answer.ok) throw unavailable({ cause: `the object store answered ${answer.status}` });
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

const unavailable = (details: { cause: unknown }) =>
  transient('object_store_unavailable', 'The file could not be stored.', details);
