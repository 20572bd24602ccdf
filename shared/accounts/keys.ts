import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';

/** The server's own keys for accounts, all derived from one secret so that a single setting is enough to run. */
export type AccountKeys = {
  readonly accessToken: AccessTokenKeys;
  readonly refreshToken: RefreshTokenKeys;
  /** Makes the token of a mail out of the id of its row. */
  readonly mailToken: Buffer;
};

/** Signs with one key, accepts every key of the list: that is what lets keys change without signing anybody out. */
export type AccessTokenKeys = {
  readonly issuer: string;
  readonly audience: string;
  readonly signing: { readonly kid: string; readonly privateKey: KeyObject };
  readonly verifying: ReadonlyMap<string, KeyObject>;
};

/** `tag` proves that a refresh token is one of ours, `successor` turns it into the next one. */
export type RefreshTokenKeys = { readonly tag: Buffer; readonly successor: Buffer };

const AUDIENCE = 'amira-api';

/**
 * @param secretKey the server's secret, at least 32 characters of it random
 * @param issuer who the tokens say made them: the service's public address
 */
export function deriveAccountKeys(secretKey: string, issuer: string): AccountKeys {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secretKey, '', `amira/accounts/${purpose}`, 32));
  const privateKey = ed25519PrivateKey(derive('access-token-ed25519'));
  const publicKey = createPublicKey(privateKey);
  const kid = keyId(publicKey);
  return {
    accessToken: {
      issuer,
      audience: AUDIENCE,
      signing: { kid, privateKey },
      verifying: new Map([[kid, publicKey]]),
    },
    refreshToken: { tag: derive('refresh-token-tag'), successor: derive('refresh-token-successor') },
    mailToken: derive('mail-token'),
  };
}

/** The fixed PKCS #8 wrapping of a raw Ed25519 seed (RFC 8410, section 7). */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

const ed25519PrivateKey = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([ED25519_PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });

const keyId = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64url')
    .slice(0, 16);
