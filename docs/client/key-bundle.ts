import { type Argon2Cost, type Argon2id, portableArgon2id } from './argon2.ts';
import { concat, copyOf, fromBase64, toBase64, utf8 } from './bytes.ts';
import { newRecoveryCode, recoverySecret } from './recovery-code.ts';

/**
 * What a phone keeps at `/v1/me/key-bundle`: its vault key, sealed once under the password and once under the recovery
 * code. To the server it is opaque. JSON of less than 1 KiB, whatever the number of recordings.
 */
export type KeyBundle = {
  version: 1;
  kdf: Argon2Cost & { algorithm: 'argon2id' };
  password: SealedVault;
  recovery: SealedVault;
};

/** `salt` goes with the secret, `iv` and `sealed` are the vault key under AES-256-GCM; all base64. */
type SealedVault = { salt: string; iv: string; sealed: string };

/** 32 random bytes that every recording's key is derived from. They never leave the phone unsealed. */
export type Vault = Uint8Array<ArrayBuffer>;

/** OWASP's minimum for Argon2id. A bundle names its own, so that it can be raised with the next change of password. */
const COST: Argon2Cost = { memory: 19_456, passes: 2, parallelism: 1 };

/** Thrown where a password or a recovery code does not open the bundle. */
export class WrongSecret extends Error {
  override readonly name = 'WrongSecret';
}

/**
 * A new account's vault.
 *
 * @param salt the account's `encryptionKeySalt`
 * @returns what to store, what to keep in memory, and the recovery code to show once
 */
export async function createKeyBundle(
  password: string,
  salt: Uint8Array,
  argon2id: Argon2id = portableArgon2id,
): Promise<{ bundle: KeyBundle; vault: Vault; recoveryCode: string }> {
  const vault = crypto.getRandomValues(new Uint8Array(32));
  const recoveryCode = newRecoveryCode();
  const bundle: KeyBundle = {
    version: 1,
    kdf: { algorithm: 'argon2id', ...COST },
    password: await seal(vault, passwordBytes(password), salt, 'password', COST, argon2id),
    recovery: await seal(vault, recoverySecret(recoveryCode), newSalt(), 'recovery', COST, argon2id),
  };
  return { bundle, vault, recoveryCode };
}

/** Opens the vault at sign-in. Throws `WrongSecret`: after a reset by mail, ask for the recovery code. */
export const openWithPassword = (bundle: KeyBundle, password: string, argon2id = portableArgon2id): Promise<Vault> =>
  open(bundle, 'password', passwordBytes(password), argon2id);

/** Opens the vault after a reset of the password. Throws `WrongSecret`, also for a code with a slip of the pen. */
export const openWithRecoveryCode = (bundle: KeyBundle, code: string, argon2id = portableArgon2id): Promise<Vault> =>
  open(bundle, 'recovery', recoverySecret(code), argon2id);

/** After a change of password: the same vault under the new one. No recording has to be touched. */
export async function changePassword(
  bundle: KeyBundle,
  vault: Vault,
  password: string,
  argon2id: Argon2id = portableArgon2id,
): Promise<KeyBundle> {
  return {
    ...bundle,
    password: await seal(vault, passwordBytes(password), newSalt(), 'password', bundle.kdf, argon2id),
  };
}

/** After a recovery code was used or lost: the old one opens nothing any more. */
export async function changeRecoveryCode(
  bundle: KeyBundle,
  vault: Vault,
  argon2id: Argon2id = portableArgon2id,
): Promise<{ bundle: KeyBundle; recoveryCode: string }> {
  const recoveryCode = newRecoveryCode();
  const recovery = await seal(vault, recoverySecret(recoveryCode), newSalt(), 'recovery', bundle.kdf, argon2id);
  return { bundle: { ...bundle, recovery }, recoveryCode };
}

type Way = 'password' | 'recovery';

async function seal(
  vault: Vault,
  secret: Uint8Array,
  salt: Uint8Array,
  way: Way,
  cost: Argon2Cost,
  argon2id: Argon2id,
): Promise<SealedVault> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await wrappingKey(await argon2id(secret, salt, cost));
  const sealed = await crypto.subtle.encrypt(gcm(iv, way), key, vault);
  return { salt: toBase64(salt), iv: toBase64(iv), sealed: toBase64(new Uint8Array(sealed)) };
}

async function open(bundle: KeyBundle, way: Way, secret: Uint8Array, argon2id: Argon2id): Promise<Vault> {
  const { salt, iv, sealed } = bundle[way];
  const key = await wrappingKey(await argon2id(secret, fromBase64(salt), bundle.kdf));
  try {
    return new Uint8Array(await crypto.subtle.decrypt(gcm(fromBase64(iv), way), key, fromBase64(sealed)));
  } catch {
    throw new WrongSecret(`This ${way === 'password' ? 'password' : 'recovery code'} does not open the recordings.`);
  }
}

const wrappingKey = (raw: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', copyOf(raw), 'AES-GCM', false, ['encrypt', 'decrypt']);

/** What was sealed under one way opens under no other. */
const gcm = (iv: Uint8Array<ArrayBuffer>, way: Way) => ({
  name: 'AES-GCM',
  iv,
  additionalData: concat([utf8('amira.vault.1 '), utf8(way)]),
});

/** The same password typed on another keyboard is the same bytes. */
const passwordBytes = (password: string): Uint8Array => utf8(password.normalize('NFKC'));

const newSalt = (): Uint8Array => crypto.getRandomValues(new Uint8Array(16));
