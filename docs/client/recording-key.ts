import { toBase64Url, utf8 } from './bytes.ts';
import type { Vault } from './key-bundle.ts';

/** A new recording's name for its key: 128 random bits, declared as `audio.envelope.keyId`. */
export const newKeyId = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(16)));

/**
 * The key of one recording: HKDF-SHA-256 of the vault under the recording's own `keyId`. Nothing has to be stored for it,
 * and to give one away (a shared recording) gives no other away.
 */
export async function recordingKey(vault: Vault, keyId: string): Promise<CryptoKey> {
  const root = await crypto.subtle.importKey('raw', vault, 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(`amira.recording.1 ${keyId}`) },
    root,
    { name: 'AES-GCM', length: 256 },
    true,
    ['encrypt', 'decrypt'],
  );
}
