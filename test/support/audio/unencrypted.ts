import { createHash } from 'node:crypto';
import type { EnvelopeVersion } from '../../../docs/client/recording-envelope.ts';
import { ciphertext } from './ciphertext.ts';

/** The object of a phone that does all that an envelope asks for, IV and tags included, and only forgets to encrypt. */
export function unencrypted(
  recording: Uint8Array,
  { version, iv }: { version: EnvelopeVersion; iv: Uint8Array },
): Uint8Array {
  if (version === 1) return joined(recording, tag(0));
  if (version === 2) return joined(iv, recording, tag(0));
  const chunks = Array.from({ length: Math.ceil(recording.length / 65_536) }, (_, i) => [
    recording.subarray(i * 65_536, (i + 1) * 65_536),
    tag(i),
  ]);
  return joined(...chunks.flat());
}

export const checksumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

const tag = (seed: number) => ciphertext(seed, 16);
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
