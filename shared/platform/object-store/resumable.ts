import { setTimeout as pause } from 'node:timers/promises';
import { errorClassOf, transient } from '../errors.ts';
import { type Random, systemRandom } from '../random.ts';
import type { ObjectStore } from './port.ts';

export type ResumeOptions = {
  signal?: AbortSignal;
  /** The first byte wanted; default 0. */
  from?: number;
  /** How often a read may break off before the failure is passed on. */
  resumptions?: number;
  /** Milliseconds before the first resumption; doubled for each further one, with jitter. */
  firstDelayMs?: number;
  random?: Random;
};

/**
 * The bytes of one version of an object from `from` on, exactly `size` with those before. A read that breaks off is resumed with a range from where it
 * stopped. Memory is bounded by the stream's buffers (well under 1 MiB), however large the object and however slow the reader.
 * Throws `AppError`: the last transient failure when resumptions are used up, any other failure at once.
 */
export async function* objectBytes(
  store: Pick<ObjectStore, 'read'>,
  object: { key: string; versionId: string | undefined; size: number },
  { signal, from = 0, resumptions = 5, firstDelayMs = 200, random = systemRandom }: ResumeOptions = {},
): AsyncGenerator<Buffer, void> {
  let position = from;
  for (let resumed = 0; ; resumed += 1) {
    try {
      for await (const chunk of await store.read(object.key, readOptions(object.versionId, position, signal))) {
        position += chunk.length;
        if (position > object.size) throw sizeMismatch();
        yield chunk;
      }
      if (position < object.size) throw sizeMismatch();
      return;
    } catch (error) {
      if (position === object.size) return;
      const hopeless = position > object.size || errorClassOf(error) !== 'transient';
      if (signal?.aborted || hopeless || resumed >= resumptions) throw error;
      await pause(firstDelayMs * 2 ** resumed * (0.5 + random() / 2), undefined, signal ? { signal } : {});
    }
  }
}

const readOptions = (versionId: string | undefined, from: number, signal: AbortSignal | undefined) => ({
  from,
  ...(versionId === undefined ? {} : { versionId }),
  ...(signal ? { signal } : {}),
});

const sizeMismatch = () =>
  transient('object_size_mismatch', 'The object store sent another number of bytes than it had announced.');
