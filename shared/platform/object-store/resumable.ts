import { setTimeout as pause } from 'node:timers/promises';
import { errorClassOf, transient } from '../errors.ts';
import { type Random, systemRandom } from '../random.ts';
import type { ObjectReading, ObjectStore } from './port.ts';

export type ResumeOptions = {
  signal?: AbortSignal;
  /** How often a read may break off before the failure is passed on. */
  resumptions?: number;
  /** Milliseconds before the first resumption; doubled for each further one, with jitter. */
  firstDelayMs?: number;
  random?: Random;
};

type Reader = Pick<ObjectStore, 'read'>;
type PinnedObject = Pick<ObjectReading, 'size' | 'versionId'> & { key: string };

/**
 * The bytes of one version of an object from `from` on (default 0), exactly `size` with those before. A read that breaks off is
 * resumed with a range from where it stopped. Memory is bounded by the stream's buffers (well under 1 MiB), however large the
 * object and however slow the reader. Throws `AppError`: the last transient failure when resumptions are used up, any other
 * failure at once.
 */
export const objectBytes = (
  store: Reader,
  object: PinnedObject,
  { from = 0, ...options }: ResumeOptions & { from?: number } = {},
): AsyncGenerator<Buffer, void> =>
  bytesFrom(store, object, { position: from, signal: options.signal, beforeAnother: patience(options) });

/**
 * The newest version of `key` and its bytes, as `objectBytes` gives them, in a single request: what the object store says of
 * the version it begins to send pins it for the rest. Throws permanent `object_missing` where there is none.
 */
export async function newestObject(
  store: Reader,
  key: string,
  options: ResumeOptions = {},
): Promise<PinnedObject & { bytes: AsyncGenerator<Buffer, void> }> {
  const { signal } = options;
  const beforeAnother = patience(options);
  const { bytes, size, versionId } = await begun();
  const object = { key, size, versionId };
  return { ...object, bytes: bytesFrom(store, object, { position: 0, signal, beforeAnother, begun: bytes }) };

  async function begun(): Promise<ObjectReading> {
    for (;;) {
      try {
        return await store.read(key, signal ? { signal } : {});
      } catch (error) {
        await beforeAnother(error);
      }
    }
  }
}

type Progress = {
  position: number;
  signal: AbortSignal | undefined;
  beforeAnother: (failure: unknown) => Promise<void>;
  /** A read at `position` that has been begun already. */
  begun?: AsyncIterable<Buffer>;
};

async function* bytesFrom(
  store: Reader,
  { key, versionId, size }: PinnedObject,
  { position, signal, beforeAnother, begun }: Progress,
): AsyncGenerator<Buffer, void> {
  for (let bytes = begun; ; bytes = undefined) {
    try {
      bytes ??= (await store.read(key, readOptions(versionId, position, signal))).bytes;
      for await (const chunk of bytes) {
        position += chunk.length;
        if (position > size) throw sizeMismatch();
        yield chunk;
      }
      if (position < size) throw sizeMismatch();
      return;
    } catch (error) {
      if (position === size) return;
      if (position > size) throw error;
      await beforeAnother(error);
    }
  }
}

/** Waits before another attempt, or throws the failure of the last one: where it is hopeless, or there were too many. */
function patience({ signal, resumptions = 5, firstDelayMs = 200, random = systemRandom }: ResumeOptions) {
  let resumed = 0;
  return async (failure: unknown): Promise<void> => {
    if (signal?.aborted || errorClassOf(failure) !== 'transient' || resumed >= resumptions) throw failure;
    await pause(firstDelayMs * 2 ** resumed * (0.5 + random() / 2), undefined, signal ? { signal } : {});
    resumed += 1;
  };
}

const readOptions = (versionId: string | undefined, from: number, signal: AbortSignal | undefined) => ({
  from,
  ...(versionId === undefined ? {} : { versionId }),
  ...(signal ? { signal } : {}),
});

const sizeMismatch = () =>
  transient('object_size_mismatch', 'The object store sent another number of bytes than it had announced.');
