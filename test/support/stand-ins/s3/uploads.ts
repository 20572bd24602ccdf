import { randomUUID } from 'node:crypto';
import { s3Error } from './errors.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { Part, Upload } from './records.ts';
import type { Storage } from './storage.ts';

export type Uploads = {
  begin(draft: Omit<Upload, 'id'>): Promise<Upload>;
  /** Throws `NoSuchUpload`. */
  named(bucket: string, key: string, id: string): Upload;
  /** Ascending by number. */
  parts(id: string): Part[];
  /** A part sent again replaces the earlier one. */
  addPart(bucket: string, key: string, part: Part): Promise<void>;
  /** Ends the upload; parts whose blobs are in `kept` live on in the object. */
  end(upload: Upload, kept: ReadonlySet<string>): Promise<void>;
  /** Ends every upload whose parts an object already owns: a process was killed between the two. */
  endCompleted(inObjects: ReadonlySet<string>): Promise<void>;
  /** Of a bucket, by key and then by time. */
  inOrder(bucket: string, prefix: string): Upload[];
  blobs(): string[];
};

export async function openUploads({ uploads: records, parts: partRecords, blobs }: Storage): Promise<Uploads> {
  const uploads = new Map((await records.load()).map((upload) => [upload.id, upload]));
  const parts = new Map([...uploads.keys()].map((id) => [id, new Map<number, Part>()]));
  const inTurn = oneAtATime();
  for (const part of await partRecords.load()) {
    const own = parts.get(part.uploadId);
    if (own) own.set(part.number, part);
    else await partRecords.delete(recordOf(part));
  }

  return {
    async begin(draft) {
      const upload = { ...draft, id: randomUUID().replaceAll('-', '') };
      await records.put(upload.id, upload);
      uploads.set(upload.id, upload);
      parts.set(upload.id, new Map());
      return upload;
    },
    named,
    parts: (id) => [...(parts.get(id)?.values() ?? [])].toSorted((a, b) => a.number - b.number),
    addPart: (bucket, key, part) =>
      inTurn(async () => {
        // The upload may have ended while the part was on its way.
        named(bucket, key, part.uploadId);
        const own = parts.get(part.uploadId);
        const replaced = own?.get(part.number);
        await partRecords.put(recordOf(part), part);
        own?.set(part.number, part);
        if (replaced) await blobs.delete(replaced.blob);
      }),
    end: (upload, kept) => inTurn(() => end(upload, kept)),
    async endCompleted(inObjects) {
      for (const upload of [...uploads.values()]) {
        const own = [...(parts.get(upload.id)?.values() ?? [])];
        if (own.some(({ blob }) => inObjects.has(blob))) await end(upload, inObjects);
      }
    },
    inOrder: (bucket, prefix) =>
      [...uploads.values()]
        .filter((upload) => upload.bucket === bucket && upload.key.startsWith(prefix))
        .toSorted((a, b) => Buffer.compare(orderOf(a), orderOf(b))),
    blobs: () => [...parts.values()].flatMap((own) => [...own.values()].map(({ blob }) => blob)),
  };

  function named(bucket: string, key: string, id: string): Upload {
    const upload = uploads.get(id);
    if (!upload || upload.bucket !== bucket || upload.key !== key)
      throw s3Error('NoSuchUpload', { details: { UploadId: id } });
    return upload;
  }

  async function end(upload: Upload, kept: ReadonlySet<string>) {
    const own = [...(parts.get(upload.id)?.values() ?? [])];
    await records.delete(upload.id);
    uploads.delete(upload.id);
    parts.delete(upload.id);
    for (const part of own) {
      await partRecords.delete(recordOf(part));
      if (!kept.has(part.blob)) await blobs.delete(part.blob);
    }
  }
}

const recordOf = (part: Part) => `${part.uploadId}.${part.number}`;
const orderOf = ({ key, initiated, id }: Upload) => Buffer.from(`${key}\0${initiated}\0${id}`);
