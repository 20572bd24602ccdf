import { createLeakDetector, type LeakRule } from '../../../shared/journals/plaintext-leak.ts';
import { ciphertext } from './ciphertext.ts';

/** What the leak test says of an object that arrives in pieces of `pieceBytes`. */
export function leakIn(object: Uint8Array, pieceBytes = 16_384): LeakRule | null {
  const detector = createLeakDetector();
  for (let at = 0; at < object.length; at += pieceBytes) detector.push(object.subarray(at, at + pieceBytes));
  return detector.finish();
}

/** The seeds of those among `count` random ciphertexts of `bytes` bytes that are taken for audio. */
export function falseAlarms(count: number, bytes = 65_536): number[] {
  const seeds = Array.from({ length: count }, (_, seed) => seed);
  return seeds.filter((seed) => leakIn(ciphertext(seed, bytes)) !== null);
}

/** Which share of all pieces of `bytes` bytes of a recording, one every 256 bytes, is found by itself. */
export function shareFound(recording: Uint8Array, bytes: number): number {
  const pieces = Math.floor((recording.length - bytes) / 256) + 1;
  const found = Array.from({ length: pieces }, (_, at) => leakIn(recording.subarray(at * 256, at * 256 + bytes)));
  return found.filter((rule) => rule !== null).length / pieces;
}
