import { createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { permanent } from '../platform/errors.ts';
import { gcmDecrypt, gcmEncrypt, IV_BYTES } from '../platform/gcm.ts';
import type { UserId } from '../platform/ids.ts';

/** Every column that holds a sealed text, as `table.column` without its `_sealed`; `import_file` is an object in the object store. */
export type SealedColumn =
  | 'account.display_name'
  | 'checkin.context'
  | 'checkin.notes'
  | 'device.name'
  | 'export_piece.body'
  | 'idempotency_key.body'
  | 'import_file.body'
  | 'journal.title'
  | 'key_bundle.bundle'
  | 'second_factor.secret'
  | 'session.device_name';

/** What one person's texts are sealed and opened with. Nothing of it waits: the key is there. */
export type UserCipher = {
  /** The text as it is stored. Sealed twice it looks different: equal texts cannot be told from their columns. */
  seal(column: SealedColumn, text: string): Buffer;
  /** @throws `sealed_text_unreadable` for what was changed, is of another column or person, or whose key was erased */
  open(column: SealedColumn, sealed: Uint8Array): string;
  /** 32 bytes that are the same for the same text and tell nobody without the key which: no guess can be tried on them. */
  fingerprint(purpose: string, text: string): Buffer;
};

/** The first byte of a sealed text: IV of 12 bytes, AES-256-GCM's ciphertext, tag of 16 bytes. */
const VERSION = 1;

/** @param dataKey 32 bytes that are this person's alone */
export function userCipher(userId: UserId, dataKey: Buffer): UserCipher {
  const derive = (purpose: string) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', dataKey, '', `amira/privacy/${purpose}`, 32)));
  const sealing = derive('seal');
  const fingerprinting = derive('fingerprint');
  return {
    seal(column, text) {
      // Written as UTF-8 such a text would come back as another.
      if (!text.isWellFormed()) throw new TypeError('a text with half a character cannot be sealed');
      const sealed = gcmEncrypt(sealing, randomBytes(IV_BYTES), Buffer.from(text), placeOf(column, userId));
      return Buffer.concat([Buffer.of(VERSION), sealed]);
    },
    open(column, sealed) {
      const text = sealed[0] === VERSION ? gcmDecrypt(sealing, sealed.subarray(1), placeOf(column, userId)) : null;
      if (!text) throw permanent('sealed_text_unreadable', `A text in ${column} was changed, moved, or lost its key.`);
      return text.toString();
    },
    fingerprint: (purpose, text) => createHmac('sha256', fingerprinting).update(`${purpose}\0${text}`).digest(),
  };
}

/** Bound into every sealed text, so that it can be opened only where it was written. */
const placeOf = (column: SealedColumn, userId: UserId): Buffer => Buffer.from(`amira ${VERSION}\0${column}\0${userId}`);

/** For columns that may be empty. */
export const sealOptional = (cipher: UserCipher, column: SealedColumn, text: string | null | undefined) =>
  text === null || text === undefined ? null : cipher.seal(column, text);

/** For columns that may be empty. */
export const openOptional = (cipher: UserCipher, column: SealedColumn, sealed: Uint8Array | null | undefined) =>
  sealed === null || sealed === undefined ? null : cipher.open(column, sealed);
