import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { PrepareContext } from '../ledger/handler.ts';
import { isAppError } from '../platform/errors.ts';
import type { ExportId, UserId } from '../platform/ids.ts';
import type { ObjectStore } from '../platform/object-store/port.ts';
import { objectBytes } from '../platform/object-store/resumable.ts';
import type { UserCipher } from '../privacy/index.ts';
import { addEntry, addTextEntry, type ExportEntry, listEntries, type Place } from './entry-store.ts';
import { findExport } from './export-store.ts';
import { exportFiles, list, recordingPath } from './files.ts';
import { listRecordings, type Recording } from './recordings-store.ts';
import { zipLayout } from './zip-layout.ts';

type Parts = Pick<PrepareContext, 'transaction' | 'signal' | 'clock' | 'progress'> & {
  userId: UserId;
  cipher: UserCipher;
  store: ObjectStore;
};

const MANIFEST = 'manifest.json';

/**
 * Writes down what is in an export, file by file, each in a transaction of its own: stopped or killed, the next run goes on
 * with the file that is missing. Recordings are read through once, against their checksum, and named; nothing is copied.
 * Gives the size of the archive, `null` where nobody wants it any more.
 */
export async function makeExport(parts: Parts, id: ExportId): Promise<number | null> {
  const { transaction, userId, cipher, clock, signal } = parts;
  const now = clock.now();
  const asked = await transaction({ userId }, (tx) => findExport(tx, id, now));
  if (!asked) return null;
  const entries = () => transaction({ userId }, (tx) => listEntries(tx, id));
  const known = new Set((await entries()).map(({ path }) => path));
  let number = known.size;
  const place = (path: string): Place => {
    number += 1;
    return { exportId: id, userId, number, path };
  };
  const { files, journals } = exportFiles(asked.journalId);
  for (const file of files.filter(({ path }) => !known.has(path))) {
    signal.throwIfAborted();
    await transaction({ userId }, (tx) =>
      addTextEntry(tx, cipher, place(file.path), file.texts({ tx, userId, cipher, now })),
    );
  }

  const recordings = await transaction({ userId }, (tx) => listRecordings(tx, userId, asked.journalId));
  const leftOut = await nameRecordings(parts, recordings, { known, place });
  if (!known.has(MANIFEST)) {
    // Last, and together: journals name the recordings that are in, which the time since the first file may have changed.
    const file = journals(new Set((await entries()).map(({ path }) => path)));
    await transaction({ userId }, async (tx) => {
      await addTextEntry(tx, cipher, place(file.path), file.texts({ tx, userId, cipher, now }));
      const manifest = manifestOf(await listEntries(tx, id), asked.createdAt, leftOut);
      await addTextEntry(tx, cipher, place(MANIFEST), manifest);
    });
  }
  return zipLayout(await entries(), asked.createdAt).size;
}

type LeftOut = { path: string; reason: 'missing' | 'changed' };

async function nameRecordings(
  parts: Parts,
  recordings: readonly Recording[],
  { known, place }: { known: ReadonlySet<string>; place: (path: string) => Place },
): Promise<LeftOut[]> {
  const total = recordings.reduce((sum, { object }) => sum + object.size, 0);
  const leftOut: LeftOut[] = [];
  let before = 0;
  parts.progress({ done: before, total });
  for (const recording of recordings) {
    const path = recordingPath(recording.journalId);
    if (!known.has(path) && !known.has(MANIFEST)) {
      const read = await readThrough(parts, recording, (done) => parts.progress({ done: before + done, total }));
      if (typeof read === 'string') leftOut.push({ path, reason: read });
      else {
        const { key, versionId, size: bytes } = recording.object;
        const entry = { ...read, bytes, object: { key, versionId } };
        await parts.transaction({ userId: parts.userId }, (tx) => addEntry(tx, place(path), entry));
      }
    }
    before += recording.object.size;
    parts.progress({ done: before, total });
  }
  return leftOut;
}

/** The checksums of a recording, or why it is left out. Faults of the object store are thrown, to be tried again. */
async function readThrough(
  { store, signal }: Pick<Parts, 'store' | 'signal'>,
  { object, checksum }: Recording,
  onBytes: (bytes: number) => void,
): Promise<Pick<ExportEntry, 'crc32' | 'sha256'> | LeftOut['reason']> {
  const digest = createHash('sha256');
  let [crc, bytes] = [0, 0];
  try {
    for await (const chunk of objectBytes(store, object, { signal })) {
      digest.update(chunk);
      crc = crc32(chunk, crc);
      bytes += chunk.length;
      onBytes(bytes);
    }
  } catch (error) {
    if (isAppError(error) && error.code === 'object_missing') return 'missing';
    throw error;
  }
  const sha256 = digest.digest();
  return sha256.toString('base64') === checksum ? { crc32: crc, sha256 } : 'changed';
}

async function* manifestOf(entries: readonly ExportEntry[], asOf: Temporal.Instant, leftOut: readonly LeftOut[]) {
  yield `{\n"format": "amira-export/1",\n"asOf": ${JSON.stringify(asOf.toString())},\n"leftOut": ${JSON.stringify(leftOut)},\n"files": `;
  yield* list(described(entries));
  yield '}\n';
}

async function* described(entries: readonly ExportEntry[]) {
  for (const { path, bytes, sha256 } of entries) yield { path, bytes, sha256: sha256.toString('hex') };
}
