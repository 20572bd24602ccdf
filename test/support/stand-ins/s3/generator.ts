import { createHash } from 'node:crypto';
import type { Clock } from '../../../../shared/platform/clock.ts';
import { generatedBlob, generatedBytes } from './generated.ts';
import type { S3StandIn } from './index.ts';
import type { Store } from './store.ts';

/** Puts large objects and parts into a store without sending them through a socket. */
export function generator(
  { buckets, versions, uploads }: Store,
  bucket: string,
  clock: Clock,
): Pick<S3StandIn, 'generate' | 'generateParts'> {
  return {
    async generate(key, size, seed) {
      const segments = [{ blob: generatedBlob(seed, 0), size }];
      const facts = { etag: etagOf(seed, 0), lastModified: clock.now().toString(), headers: {} };
      await versions.add(buckets.named(bucket), { key, size, segments, ...facts }, undefined);
    },
    async generateParts(key, uploadId, sizes, seed) {
      const { algorithm } = uploads.named(bucket, key, uploadId);
      const named: { number: number; etag: string }[] = [];
      let from = 0;
      for (const [at, size] of sizes.entries()) {
        const part = { uploadId, number: at + 1, size, etag: etagOf(seed, at + 1), blob: generatedBlob(seed, from) };
        const checksum = algorithm && { algorithm: 'sha256' as const, value: sha256(seed, from, from + size) };
        const stored = { ...part, lastModified: clock.now().toString(), ...(checksum ? { checksum } : {}) };
        await uploads.addPart(bucket, key, stored);
        named.push({ number: part.number, etag: `"${part.etag}"` });
        from += size;
      }
      return named;
    },
  };
}

const etagOf = (seed: string, number: number) => createHash('md5').update(`${seed} ${number}`).digest('hex');

function sha256(seed: string, start: number, end: number): string {
  const hash = createHash('sha256');
  for (const piece of generatedBytes(seed, start, end)) hash.update(piece);
  return hash.digest('base64');
}
