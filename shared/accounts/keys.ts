import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';

/**
 * The server's own keys for accounts, all derived from its secrets so that a single setting is enough to run.
 *
 * Each list has the keys of the current secret first: they make what is new. The keys of the other accepted secrets only
 * recognise what another process makes or made with them, which is what lets secrets change without signing anybody out.
 */
export type AccountKeys = {
  readonly accessToken: AccessTokenKeys;
  readonly refreshToken: Generations<RefreshTokenKeys>;
  /** Make the token of a mail out of the id of its row. */
  readonly mailTokens: Generations<Buffer>;
  /** Make the digest by which a repeated request is known to be the same. */
  readonly requestDigests: Generations<Buffer>;
};

/** One of each accepted secret, the current one first. */
export type Generations<Key> = readonly [current: Key, ...accepted: Key[]];

/** Signs with one key, accepts every key of the list. */
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
 * @param current the server's secret, at least 32 characters of it random
 * @param accepted further secrets whose tokens count: the next one, before it signs, or the last one
 * @param issuer who the tokens say made them: the service's public address
 */
export function deriveAccountKeys(current: string, accepted: readonly string[], issuer: string): AccountKeys {
  const older = accepted.filter((secret) => secret !== current);
  const forEach = <Key>(derive: (secret: string) => Key): Generations<Key> => [derive(current), ...older.map(derive)];
  const signatures = forEach(accessTokenKey);
  return {
    accessToken: {
      issuer,
      audience: AUDIENCE,
      signing: signatures[0],
      verifying: new Map(signatures.map(({ kid, publicKey }) => [kid, publicKey])),
    },
    refreshToken: forEach((secret) => ({
      tag: derived(secret, 'accounts/refresh-token-tag'),
      successor: derived(secret, 'accounts/refresh-token-successor'),
    })),
    mailTokens: forEach((secret) => derived(secret, 'accounts/mail-token')),
    requestDigests: forEach((secret) => derived(secret, 'idempotency')),
  };
}

/** The public halves of every accepted key, for whoever else checks our tokens. */
export const publicKeySet = ({ verifying }: AccessTokenKeys) => ({
  keys: [...verifying].map(([kid, key]) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'EdDSA' })),
});

const derived = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `amira/${purpose}`, 32));

function accessTokenKey(secret: string) {
  const privateKey = ed25519PrivateKey(derived(secret, 'accounts/access-token-ed25519'));
  const publicKey = createPublicKey(privateKey);
  return { kid: keyId(publicKey), privateKey, publicKey };
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
