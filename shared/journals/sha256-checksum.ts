import { createHash, timingSafeEqual } from 'node:crypto';
import type { Checksum } from './validation.ts';

/** A running SHA-256 over an object's bytes. */
export function sha256Checksum(): Checksum {
  const hash = createHash('sha256');
  return {
    update(piece) {
      hash.update(piece);
    },
    matches(expected) {
      const digest = hash.digest();
      const wanted = Buffer.from(expected, 'base64');
      return wanted.length === digest.length && timingSafeEqual(wanted, digest);
    },
  };
}
