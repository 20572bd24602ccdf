import { type EnvelopeVersion, ivBytes } from './envelope.ts';

export type IvProblem = 'not_base64' | 'wrong_length' | 'counter_not_zero' | 'degenerate';

/**
 * What is wrong with a declared IV, or `null`. It must be base64 (standard alphabet) of exactly 12 bytes that could have
 * come from a random generator; in version 3 only the first 8 are random and the last 4 are zero.
 *
 * Patterns refused: one repeated byte or a short repeated group, bytes in even steps (`00 01 02 …`), and a small counter
 * in a field of zeros. A random IV looks like one of these less than once in 10^13. That an IV was used before is for
 * the database to say.
 */
export function ivProblem(iv: string, version: EnvelopeVersion): IvProblem | null {
  const bytes = decodeBase64(iv);
  if (!bytes) return 'not_base64';
  if (bytes.length !== ivBytes) return 'wrong_length';
  if (version !== 3) return isDegenerate(bytes) ? 'degenerate' : null;
  if (bytes.subarray(noncePrefixBytes).some((byte) => byte !== 0)) return 'counter_not_zero';
  return isDegenerate(bytes.subarray(0, noncePrefixBytes)) ? 'degenerate' : null;
}

const noncePrefixBytes = 8;

/** The bytes of standard base64, or `null` where the text is not its canonical form. */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const binary = atob(text);
  // Bits beyond the last byte must be zero: two spellings of one IV would be two different values to a UNIQUE index.
  if (btoa(binary) !== text) return null;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

const isDegenerate = (bytes: Uint8Array): boolean =>
  hasShortPeriod(bytes) || hasEvenSteps(bytes) || isSmallCounter(bytes);

/** A group that repeats and so fixes at least six bytes: fewer would be met by chance too often. */
function hasShortPeriod(bytes: Uint8Array): boolean {
  for (let period = 1; period <= bytes.length - 6; period++) {
    if (bytes.every((byte, at) => byte === bytes[at % period])) return true;
  }
  return false;
}

function hasEvenSteps(bytes: Uint8Array): boolean {
  const step = ((bytes[1] ?? 0) - (bytes[0] ?? 0)) & 0xff;
  return bytes.every((byte, at) => byte === (((bytes[0] ?? 0) + at * step) & 0xff));
}

/** Two thirds zeros at one end: a counter of up to 32 bits that was never mixed with anything random. */
function isSmallCounter(bytes: Uint8Array): boolean {
  const zeros = Math.ceil((bytes.length * 2) / 3);
  const allZero = (part: Uint8Array) => part.every((byte) => byte === 0);
  return allZero(bytes.subarray(0, zeros)) || allZero(bytes.subarray(-zeros));
}
