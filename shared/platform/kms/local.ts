import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { gcmDecrypt, gcmEncrypt, IV_BYTES } from '../gcm.ts';
import { dataKeyDamaged, masterKeyRefused } from './errors.ts';
import type { KeyWrapping } from './port.ts';

/** What the ids of master keys made here begin with. */
export const LOCAL_PREFIX = 'local:';

/**
 * Master keys derived from the server's own secrets, for running without a key management service. Wrapped is
 * AES-256-GCM: IV, key, tag.
 *
 * @param secrets at least one; the first wraps, all of them unwrap, which is what lets a secret change
 */
export function localKeyWrapping([current, ...accepted]: readonly [string, ...string[]]): KeyWrapping {
  const first = masterKey(current);
  const known = new Map([first, ...accepted.map(masterKey)].reverse().map(({ id, key }) => [id, key]));
  return {
    currentKeyId: first.id,
    async wrap(dataKey, context) {
      return { keyId: first.id, wrapped: gcmEncrypt(first.key, randomBytes(IV_BYTES), dataKey, boundTo(context)) };
    },
    async unwrap({ keyId, wrapped }, context) {
      const key = known.get(keyId);
      if (!key) throw masterKeyRefused(keyId, 'is of none of the secrets in SECRET_KEY and ACCEPTED_SECRET_KEYS');
      const dataKey = gcmDecrypt(key, wrapped, boundTo(context));
      if (!dataKey) throw dataKeyDamaged();
      return dataKey;
    },
  };
}

/** The id tells secrets apart and nothing about them: it is derived beside the key, not from it. */
function masterKey(secret: string): { id: string; key: KeyObject } {
  const derive = (purpose: string, bytes: number) => Buffer.from(hkdfSync('sha256', secret, '', purpose, bytes));
  return {
    id: LOCAL_PREFIX + derive('amira/privacy/master-key-id', 8).toString('hex'),
    key: createSecretKey(derive('amira/privacy/master-key', 32)),
  };
}

const boundTo = (context: string): Buffer => Buffer.from(`amira data key 1\0${context}`);
