import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BodySink } from './body.ts';

/** Immutable byte strings under ids of their own. */
export type Blobs = {
  /** A new blob, which exists once `commit` has given its id and never in part. */
  create(): Promise<BodySink & { commit(): Promise<string>; discard(): Promise<void> }>;
  /** The bytes from `start` up to, not including, `end`. Goes on after the blob is deleted. */
  read(id: string, start: number, end: number): AsyncGenerator<Buffer>;
  delete(id: string): Promise<void>;
  /** Deletes what is not in `ids`: left over from a process that was killed between a blob and its record. */
  keepOnly(ids: ReadonlySet<string>): Promise<void>;
};

export function memoryBlobs(): Blobs {
  const blobs = new Map<string, readonly Buffer[]>();
  return {
    async create() {
      const chunks: Buffer[] = [];
      return {
        // A copy, because a slice would hold on to the whole buffer the socket was read into.
        write: async (chunk) => void chunks.push(Buffer.from(chunk)),
        commit: async () => {
          const id = randomUUID();
          blobs.set(id, chunks);
          return id;
        },
        discard: async () => {},
      };
    },
    async *read(id, start, end) {
      let at = 0;
      for (const chunk of blobs.get(id) ?? []) {
        const part = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at));
        at += chunk.length;
        if (part.length > 0) yield part;
        if (at >= end) return;
      }
    },
    delete: async (id) => void blobs.delete(id),
    async keepOnly() {},
  };
}

/** Blobs as files: written in `incoming`, then renamed into `blobs`, which is atomic. */
export async function directoryBlobs(directory: string): Promise<Blobs> {
  const [incoming, finished] = [join(directory, 'incoming'), join(directory, 'blobs')];
  await rm(incoming, { recursive: true, force: true });
  await Promise.all([incoming, finished].map((path) => mkdir(path, { recursive: true })));
  return {
    async create() {
      const id = randomUUID();
      const file = await open(join(incoming, id), 'wx');
      return {
        write: async (chunk) => void (await file.writeFile(chunk)),
        async commit() {
          await file.close();
          await rename(join(incoming, id), join(finished, id));
          return id;
        },
        async discard() {
          await file.close();
          await rm(join(incoming, id), { force: true });
        },
      };
    },
    async *read(id, start, end) {
      if (end <= start) return;
      const file = await open(join(finished, id));
      for await (const chunk of file.createReadStream({ start, end: end - 1 })) yield chunk;
    },
    delete: (id) => rm(join(finished, id), { force: true }),
    async keepOnly(ids) {
      const orphans = (await readdir(finished)).filter((id) => !ids.has(id));
      await Promise.all(orphans.map((id) => rm(join(finished, id), { force: true })));
    },
  };
}
