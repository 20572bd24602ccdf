import type { z } from 'zod';
import { uploadSeconds } from '../../../shared/journals/index.ts';
import type { Clock } from '../../../shared/platform/clock.ts';
import type { ObjectStore, UploadedPart } from '../../../shared/platform/object-store/port.ts';
import { instantText } from '../../../shared/platform/time/instant.ts';
import type { UploadView } from './views.ts';

type Upload = z.input<typeof UploadView>;

export const objectType = 'application/octet-stream';

/** Where an object of exactly `size` bytes goes in one piece. */
export async function singleUpload(
  store: Pick<ObjectStore, 'presignPut'>,
  { objectKey, size }: { objectKey: string; size: number },
  clock: Clock,
): Promise<Upload> {
  const expiresAt = expiry(clock);
  const put = { size, contentType: objectType, expiresInSeconds: uploadSeconds };
  return { ...(await store.presignPut(objectKey, put)), expiresAt };
}

export type Multipart = {
  objectKey: string;
  uploadId: string;
  partSize: number;
  parts: readonly { number: number; size: number }[];
  partChecksums: readonly string[] | null | undefined;
};

/** Where the parts go that are not among those `uploaded` yet. */
export async function partUploads(
  store: Pick<ObjectStore, 'presignPart'>,
  { objectKey, uploadId, partSize, parts, partChecksums }: Multipart,
  uploaded: readonly Required<Pick<UploadedPart, 'number' | 'etag'>>[],
  clock: Clock,
): Promise<Upload> {
  const expiresAt = expiry(clock);
  const there = new Set(uploaded.map(({ number }) => number));
  const missing = parts.filter(({ number }) => !there.has(number));
  const presigned = missing.map(({ number, size }) => {
    const sha256 = partChecksums?.[number - 1];
    const part = { uploadId, number, size, expiresInSeconds: uploadSeconds };
    return store.presignPart(objectKey, sha256 === undefined ? part : { ...part, sha256 });
  });
  return { method: 'MULTIPART', partSize, parts: await Promise.all(presigned), uploaded: [...uploaded], expiresAt };
}

// Read before signing: an address is never said to be good for longer than it is.
const expiry = (clock: Clock): string => instantText(clock.now().add({ seconds: uploadSeconds }));
