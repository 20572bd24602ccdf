import type { Database } from '../platform/database/database.ts';
import { errorClassOf, transient } from '../platform/errors.ts';
import type { ExportId, UserId } from '../platform/ids.ts';
import type { ObjectStore } from '../platform/object-store/port.ts';
import { objectBytes } from '../platform/object-store/resumable.ts';
import type { UserCipher } from '../privacy/index.ts';
import type { ByteRange } from './byte-range.ts';
import { type ExportEntry, listPieces, readPiece } from './entry-store.ts';
import type { ZipLayout } from './zip-layout.ts';

type Sources = {
  database: Pick<Database, 'transaction'>;
  store: () => Promise<Pick<ObjectStore, 'read'>>;
  cipher: UserCipher;
  userId: UserId;
  exportId: ExportId;
  /** That nobody reads on: whatever is being waited for is let go at once. */
  signal: AbortSignal;
};

/** The bytes of the archive in `range`. Never more than one piece of text, or what a stream buffers, is held. */
export async function* archiveBytes(
  sources: Sources,
  entries: readonly ExportEntry[],
  { stretches }: ZipLayout,
  { from, to }: ByteRange,
): AsyncGenerator<Buffer> {
  for (const stretch of stretches) {
    const range = { from: Math.max(0, from - stretch.at), to: Math.min(stretch.size, to - stretch.at) };
    if (range.from >= range.to) continue;
    if (stretch.kind === 'format') yield stretch.bytes.subarray(range.from, range.to);
    else yield* bodyBytes(sources, entries[stretch.index], range);
  }
}

async function* bodyBytes(sources: Sources, entry: ExportEntry | undefined, range: ByteRange): AsyncGenerator<Buffer> {
  if (!entry) throw new Error('the layout is of these entries');
  if (entry.object === null) return yield* textBytes(sources, entry, range);
  yield* recordingBytes(sources, { ...entry.object, size: entry.bytes }, range);
}

/**
 * Read on for as long as it gets any further. The store closes connections on which nothing moves, and a phone that fetches
 * slowly, or not at all for a while, outlasts more of them than a reader that fails should be given.
 */
async function* recordingBytes(
  { store, signal }: Sources,
  object: Parameters<typeof objectBytes>[1],
  { from, to }: ByteRange,
): AsyncGenerator<Buffer> {
  for (let at = from; ; ) {
    const begun = at;
    try {
      for await (const chunk of objectBytes(await store(), object, { from: at, signal })) {
        yield chunk.subarray(0, to - at);
        at += chunk.length;
        if (at >= to) return;
      }
      return;
    } catch (error) {
      if (signal.aborted || at === begun || errorClassOf(error) !== 'transient') throw error;
    }
  }
}

async function* textBytes(
  { database, cipher, userId, exportId }: Sources,
  { number: entry }: ExportEntry,
  { from, to }: ByteRange,
): AsyncGenerator<Buffer> {
  let at = 0;
  for (const { number, bytes } of await database.transaction({ userId }, (tx) => listPieces(tx, exportId, entry))) {
    if (at < to && at + bytes > from) {
      const piece = await database.transaction({ userId }, (tx) => readPiece(tx, cipher, exportId, { entry, number }));
      if (!piece) throw transient('export_gone', 'The export has gone while it was being sent.');
      yield piece.subarray(Math.max(0, from - at), to - at);
    }
    at += bytes;
  }
}
