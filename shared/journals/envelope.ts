import { z } from 'zod';

/**
 * How the ciphertext of a recording is laid out in its object. All versions are AES-256-GCM with 16-byte tags.
 *
 * - 1: `ciphertext ‖ tag`; the IV is only in the declaration.
 * - 2: `IV ‖ ciphertext ‖ tag`; the IV in the object must equal the declared one.
 * - 3: the recording in chunks of 65,536 bytes (the last one 1 to 65,536), each `ciphertext ‖ tag`, one after the other,
 *   without a header. Chunk `i` has the nonce `IV[0..8) ‖ uint32be(i)` and the additional data `amira.journal.3 ‖ last`,
 *   `last` being one byte: 1 for the last chunk, otherwise 0. The declared IV is the nonce of chunk 0, so its last four
 *   bytes are zero.
 *
 * A fixed chunk size needs no header, leaves chunk `i` at the known offset `i × 65,552` for range requests, and gives the
 * object's size from the recording's alone. The `last` byte makes a cut at a chunk's border fail to decrypt (Hoang,
 * Reyhanitabar, Rogaway & Vizár 2015); the counter makes reordering fail.
 */
export const EnvelopeVersion = z.union([z.literal(1), z.literal(2), z.literal(3)]);
export type EnvelopeVersion = z.infer<typeof EnvelopeVersion>;

/** The shape of an envelope. Whether the IV is a good one is said by `ivProblem`, so that it can have a stated reason. */
export const Envelope = z.strictObject({
  version: EnvelopeVersion,
  algorithm: z.literal('AES-256-GCM'),
  iv: z.string().max(64),
  keyId: z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 printable ASCII characters without spaces'),
});
export type Envelope = z.infer<typeof Envelope>;

export const ivBytes = 12;
const tagBytes = 16;
export const chunkBytes = 65_536;

/** Bytes of the object that holds a recording of `fileSize` bytes (before encryption). */
export function objectSize(fileSize: number, version: EnvelopeVersion): number {
  if (version === 1) return fileSize + tagBytes;
  if (version === 2) return ivBytes + fileSize + tagBytes;
  return fileSize + tagBytes * Math.max(1, Math.ceil(fileSize / chunkBytes));
}
