import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const TAG_BYTES = 16;
export const IV_BYTES = 12;
/** What encryption adds to a text: the IV before it, the tag behind it. */
export const GCM_OVERHEAD = IV_BYTES + TAG_BYTES;

type Key = Buffer | KeyObject;

/**
 * AES-256-GCM (NIST SP 800-38D) with everything that is needed to decrypt in one place: IV, ciphertext, tag.
 * @param iv 12 bytes that this key has never encrypted with: draw them at random
 * @param additional is not encrypted, but decrypting with anything else fails
 */
export function gcmEncrypt(key: Key, iv: Buffer, plaintext: Buffer, additional: Buffer): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(additional);
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The plaintext, or `null` where key, additional data or a single bit of `sealed` is not what it was encrypted with. */
export function gcmDecrypt(key: Key, sealed: Uint8Array, additional: Buffer): Buffer | null {
  if (sealed.length < GCM_OVERHEAD) return null;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(additional);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plaintext = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([plaintext, decipher.final()]);
  } catch {
    return null;
  }
}
