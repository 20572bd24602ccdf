import { createCipheriv, createHash } from 'node:crypto';
import type { Blobs } from './blobs.ts';

/** `blobs`, and beside them such whose bytes are made as they are read: an object of any size that takes no memory. */
export const withGenerated = (blobs: Blobs): Blobs => ({
  ...blobs,
  read(id, start, end) {
    const [, seed, from] = GENERATED.exec(id) ?? [];
    if (seed === undefined) return blobs.read(id, start, end);
    return inTurn(generatedBytes(seed, Number(from) + start, Number(from) + end));
  },
  delete: async (id) => (GENERATED.test(id) ? undefined : blobs.delete(id)),
});

const GENERATED = /^generated-([\w]+)-(\d+)$/;

/** The id of the bytes of a seed from `from` on. */
export const generatedBlob = (seed: string, from: number): string => `generated-${seed}-${from}`;

/** The bytes of a seed from `start` up to `end`: a key stream of AES, so that no test of uniformity sees a pattern. */
export function* generatedBytes(seed: string, start: number, end: number): Generator<Buffer, void> {
  const key = createHash('sha256').update(seed).digest();
  const counter = Buffer.alloc(16);
  counter.writeBigUInt64BE(BigInt(Math.floor(start / 16)), 8);
  const stream = createCipheriv('aes-256-ctr', key, counter);
  stream.update(Buffer.alloc(start % 16));
  for (let at = start; at < end; at += zeros.length) yield stream.update(zeros.subarray(0, end - at));
}

const zeros = Buffer.alloc(65_536);

async function* inTurn(bytes: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* bytes;
}
