import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Small JSON values that outlive the process, or, in memory, do not; each is there whole or not at all. */
export type Records<T> = {
  put(id: string, value: T): Promise<void>;
  delete(id: string): Promise<void>;
  load(): Promise<T[]>;
};

export const memoryRecords = <T>(): Records<T> => ({
  put: async () => {},
  delete: async () => {},
  load: async () => [],
});

/** One file each in `directory`, written beside it and renamed. */
export async function directoryRecords<T>(directory: string, schema: z.ZodType<T>): Promise<Records<T>> {
  await mkdir(directory, { recursive: true });
  const pathOf = (id: string) => join(directory, `${id}.json`);
  return {
    async put(id, value) {
      await writeFile(`${pathOf(id)}${unfinished}`, JSON.stringify(value));
      await rename(`${pathOf(id)}${unfinished}`, pathOf(id));
    },
    delete: (id) => rm(pathOf(id), { force: true }),
    async load() {
      const names = await readdir(directory);
      const [broken, whole] = [
        names.filter((name) => name.endsWith(unfinished)),
        names.filter((name) => name.endsWith('.json')),
      ];
      await Promise.all(broken.map((name) => rm(join(directory, name))));
      const values: T[] = [];
      for (const name of whole) values.push(schema.parse(JSON.parse(await readFile(join(directory, name), 'utf8'))));
      return values;
    },
  };
}

const unfinished = '.unfinished';

const Segment = z.object({ blob: z.string(), size: z.number() });
const Checksum = z.object({ algorithm: z.enum(['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256']), value: z.string() });

export const Bucket = z.object({
  name: z.string(),
  /** Empty until versioning was first configured; it can never be so again. */
  versioning: z.enum(['', 'Enabled', 'Suspended']),
});
export type Bucket = z.infer<typeof Bucket>;

/** One version of a key, or a delete marker, which is a version without bytes. */
export const Version = z.object({
  /** Name of its record; unlike `id` unique among all versions. */
  record: z.string(),
  bucket: z.string(),
  key: z.string(),
  /** `null` for what was written while versioning was not enabled. */
  id: z.string(),
  /** Grows with every version written; decides which of a key is the latest. */
  sequence: z.number(),
  deleteMarker: z.boolean(),
  size: z.number(),
  etag: z.string(),
  /** ISO instant. */
  lastModified: z.string(),
  segments: z.array(Segment),
  /** As answered by GET: Content-Type, Cache-Control, x-amz-meta-* … */
  headers: z.record(z.string(), z.string()),
  checksum: Checksum.extend({ type: z.enum(['FULL_OBJECT', 'COMPOSITE']) }).optional(),
});
export type Version = z.infer<typeof Version>;

export const Upload = z.object({
  id: z.string(),
  bucket: z.string(),
  key: z.string(),
  initiated: z.string(),
  headers: z.record(z.string(), z.string()),
  algorithm: Checksum.shape.algorithm.optional(),
});
export type Upload = z.infer<typeof Upload>;

export const Part = z.object({
  uploadId: z.string(),
  number: z.number(),
  size: z.number(),
  etag: z.string(),
  blob: z.string(),
  lastModified: z.string(),
  checksum: Checksum.optional(),
});
export type Part = z.infer<typeof Part>;
