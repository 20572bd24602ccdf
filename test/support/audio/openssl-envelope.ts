import { createCipheriv } from 'node:crypto';
import type { EnvelopeVersion } from '../../../docs/client/recording-envelope.ts';

/**
 * The object of a recording, made from the text of docs/encrypted-audio.md with Node's cipher streams. It shares nothing
 * with the reference client (Web Crypto, whole chunks in parallel), so that one of the two being wrong shows.
 */
export function opensslEnvelope(
  recording: Uint8Array,
  { key, iv, version }: { key: Uint8Array; iv: Uint8Array; version: EnvelopeVersion },
): Buffer {
  const nothing = new Uint8Array();
  if (version === 1) return opensslSealed(recording, key, iv, nothing);
  if (version === 2) return Buffer.concat([iv, opensslSealed(recording, key, iv, nothing)]);
  const chunks = Math.max(1, Math.ceil(recording.length / 65_536));
  const sealed = Array.from({ length: chunks }, (_, i) => {
    const nonce = Buffer.concat([iv.subarray(0, 8), bigEndian(i)]);
    const data = Buffer.from(`amira.journal.3${i === chunks - 1 ? '\x01' : '\x00'}`, 'latin1');
    return opensslSealed(recording.subarray(i * 65_536, (i + 1) * 65_536), key, nonce, data);
  });
  return Buffer.concat(sealed);
}

/** Ciphertext ‖ tag of AES-256-GCM. */
export function opensslSealed(plaintext: Uint8Array, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(data);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
