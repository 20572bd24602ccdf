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

/**
 * The bytes of a seed from `start` up to `end`, in pieces that nobody may write to: a key stream of AES, so that no test of
 * uniformity sees a pattern, over and over from 1,000,003 on. That is a prime, so a read that goes on at a wrong place
 * does not find the same bytes there; and it is made once, because who measures a reader does not want to measure AES.
 */
export function* generatedBytes(seed: string, start: number, end: number): Generator<Buffer, void> {
  const period = periodOf(seed);
  for (let at = start; at < end; ) {
    const from = at % period.length;
    const piece = period.subarray(from, Math.min(from + PIECE, from + end - at));
    yield piece;
    at += piece.length;
  }
}

const PIECE = 262_144;
const PERIOD = 1_000_003;
/** Of the seeds asked for last. */
const KEPT = 8;
const periods = new Map<string, Buffer>();

function periodOf(seed: string): Buffer {
  const kept = periods.get(seed);
  if (kept) return kept;
  const key = createHash('sha256').update(seed).digest();
  const made = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(PERIOD));
  periods.set(seed, made);
  for (const oldest of periods.keys()) {
    if (periods.size <= KEPT) break;
    periods.delete(oldest);
  }
  return made;
}

async function* inTurn(bytes: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* bytes;
}
