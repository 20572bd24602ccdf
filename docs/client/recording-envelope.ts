/** Encrypts and decrypts recordings as docs/encrypted-audio.md lays them out. */
import { concat, copyOf, fromBase64, toBase64 } from './bytes.ts';

/** 1: ciphertext ‖ tag · 2: IV ‖ ciphertext ‖ tag · 3: chunks of 65,536 bytes, each ciphertext ‖ tag. */
export type EnvelopeVersion = 1 | 2 | 3;

/** What to upload, and what to declare about it: `iv` and `checksum` are base64, `fileSize` is before encryption. */
export type EncryptedRecording = { object: Uint8Array; iv: string; checksum: string; fileSize: number };

/**
 * Encrypts a recording with AES-256-GCM. Every call draws a new IV. Pass `iv` (12 bytes; the last four zero in version 3)
 * only to reproduce a test vector: an IV used twice under one key gives both recordings away.
 */
export async function encryptRecording(
  plaintext: Uint8Array,
  key: CryptoKey,
  version: EnvelopeVersion,
  iv: Uint8Array = newIv(version),
): Promise<EncryptedRecording> {
  const object = version === 3 ? await sealChunks(plaintext, key, iv) : await seal(plaintext, key, iv);
  const uploaded = version === 2 ? concat([iv, object]) : object;
  return {
    object: uploaded,
    iv: toBase64(iv),
    checksum: toBase64(await sha256(uploaded)),
    fileSize: plaintext.length,
  };
}

/** The recording in an object. Throws (`OperationError`) where anything was changed, cut off, reordered or added. */
export async function decryptRecording(
  object: Uint8Array,
  key: CryptoKey,
  envelope: { version: EnvelopeVersion; iv: string },
): Promise<Uint8Array> {
  const iv = fromBase64(envelope.iv);
  if (envelope.version === 1) return open(object, key, iv);
  if (envelope.version === 2) return open(object.subarray(ivBytes), key, object.subarray(0, ivBytes));
  return openChunks(object, key, iv);
}

/** A new AES-256 key. Extractable, because the app wraps it into its key bundle; take a new one for every recording. */
export async function newRecordingKey(): Promise<CryptoKey> {
  return importRecordingKey(crypto.getRandomValues(new Uint8Array(32)));
}

/** The AES-256 key with these 32 bytes. */
export async function importRecordingKey(raw: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', copyOf(raw), 'AES-GCM', true, ['encrypt', 'decrypt']);
}

const ivBytes = 12;
const tagBytes = 16;
const chunkBytes = 65_536;
const noncePrefixBytes = 8;

function newIv(version: EnvelopeVersion): Uint8Array {
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
  if (version === 3) iv.fill(0, noncePrefixBytes);
  return iv;
}

async function sealChunks(plaintext: Uint8Array, key: CryptoKey, iv: Uint8Array): Promise<Uint8Array> {
  const chunks = split(plaintext, chunkBytes);
  return concat(
    await Promise.all(chunks.map((chunk, index) => seal(chunk, key, chunkNonce(iv, index), chunkData(chunks, index)))),
  );
}

async function openChunks(object: Uint8Array, key: CryptoKey, iv: Uint8Array): Promise<Uint8Array> {
  const chunks = split(object, chunkBytes + tagBytes);
  return concat(
    await Promise.all(chunks.map((chunk, index) => open(chunk, key, chunkNonce(iv, index), chunkData(chunks, index)))),
  );
}

/** IV[0..8) ‖ uint32be(index). */
function chunkNonce(iv: Uint8Array, index: number): Uint8Array {
  const nonce = copyOf(iv);
  new DataView(nonce.buffer).setUint32(noncePrefixBytes, index);
  return nonce;
}

/** The additional data of a chunk: `amira.journal.3`, then 1 for the last chunk and 0 for the others. */
function chunkData(chunks: readonly Uint8Array[], index: number): Uint8Array {
  const isLast = index === chunks.length - 1 ? 1 : 0;
  return Uint8Array.from([...'amira.journal.3'].map((letter) => letter.charCodeAt(0)).concat(isLast));
}

async function seal(
  plaintext: Uint8Array,
  key: CryptoKey,
  iv: Uint8Array,
  data: Uint8Array = new Uint8Array(),
): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.encrypt(gcm(iv, data), key, copyOf(plaintext)));
}

async function open(
  sealed: Uint8Array,
  key: CryptoKey,
  iv: Uint8Array,
  data: Uint8Array = new Uint8Array(),
): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.decrypt(gcm(iv, data), key, copyOf(sealed)));
}

const gcm = (iv: Uint8Array, data: Uint8Array) => ({
  name: 'AES-GCM',
  iv: copyOf(iv),
  additionalData: copyOf(data),
  tagLength: tagBytes * 8,
});

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', copyOf(bytes)));
}

/** At least one piece, so that an empty recording still has its tag. */
function split(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}
