import { createCipheriv, createHash } from 'node:crypto';

/** `length` bytes of AES-256-GCM ciphertext, its tag at the end where there is room: the same for the same seed. */
export function ciphertext(seed: number, length: number): Uint8Array {
  const key = createHash('sha256').update(`ciphertext ${seed}`).digest();
  const cipher = createCipheriv('aes-256-gcm', key, key.subarray(0, 12));
  const sealed = Buffer.concat([
    cipher.update(new Uint8Array(Math.max(0, length - 16))),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return new Uint8Array(sealed.subarray(0, length));
}
