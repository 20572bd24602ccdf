import { placesOf } from './byte-search.ts';

/**
 * Whether two FLAC frames with consecutive numbers and the same parameters are in `head` (RFC 9639 §9.1). A FLAC stream
 * of speech is so close to uniform bytes that a few seconds of it pass the chi-square test, so a file that has lost its
 * `fLaC` line is found by its frames. Each header carries its own CRC-8; two that follow each other stand in 64 KiB of
 * random bytes less than once in 10^11.
 */
export function hasFlacFrames(head: Uint8Array): boolean {
  let previous: FlacFrame | null = null;
  for (const at of placesOf(syncCode, head)) {
    const frame = flacFrame(head, at);
    if (!frame) continue;
    if (previous && frame.number === previous.number + 1 && frame.parameters === previous.parameters) return true;
    previous = frame;
  }
  return false;
}

/** How frames of one block size begin: what every common encoder writes. */
const syncCode = '\xff\xf8';

type FlacFrame = { number: number; parameters: number };

/** The frame whose header begins with the sync code at `at`. */
function flacFrame(head: Uint8Array, at: number): FlacFrame | null {
  const third = head[at + 2] ?? 0;
  const fourth = head[at + 3] ?? 0;
  const blockSizeCode = third >> 4;
  const sampleRateCode = third & 15;
  const reserved = blockSizeCode === 0 || sampleRateCode === 15 || fourth >> 4 > 10 || (fourth & 1) !== 0;
  const number = reserved ? null : codedNumber(head, at + 4);
  if (!number) return null;
  const end = at + 4 + number.bytes + (blockSizeBytes[blockSizeCode] ?? 0) + (sampleRateBytes[sampleRateCode] ?? 0);
  if (end >= head.length || crc8(head.subarray(at, end)) !== head[end]) return null;
  return { number: number.value, parameters: (third << 8) | fourth };
}

const blockSizeBytes: Record<number, number> = { 6: 1, 7: 2 };
const sampleRateBytes: Record<number, number> = { 12: 1, 13: 2, 14: 2 };

/** A frame number in FLAC's extension of UTF-8 (up to 31 bits in 6 bytes). */
function codedNumber(head: Uint8Array, at: number): { value: number; bytes: number } | null {
  const first = head[at] ?? 0xff;
  const leadingOnes = Math.clz32(~(first << 24));
  if (leadingOnes === 0) return { value: first, bytes: 1 };
  if (leadingOnes === 1 || leadingOnes > 6) return null;
  let value = first & (0x7f >> leadingOnes);
  for (let next = 1; next < leadingOnes; next++) {
    const byte = head[at + next] ?? 0;
    if ((byte & 0xc0) !== 0x80) return null;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, bytes: leadingOnes };
}

/** CRC-8, polynomial x^8 + x^2 + x + 1, from zero. */
function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff;
  }
  return crc;
}
