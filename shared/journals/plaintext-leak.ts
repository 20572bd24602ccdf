import { hasAmrFrames } from './amr-frames.ts';
import { byteUniformity } from './byte-uniformity.ts';
import { hasContainerSignature, hasOggPage } from './container-signatures.ts';
import { ivBytes } from './envelope.ts';
import { hasFlacFrames } from './flac-frames.ts';
import { hasMpegFrames } from './mpeg-frames.ts';

/** Which rule saw the plaintext: the only thing about it that may be logged. */
export type LeakRule = 'container_signature' | 'frame_pattern' | 'byte_distribution';

export type LeakDetector = {
  /** The object's bytes in order, in pieces of any size. The piece is not kept. */
  push(piece: Uint8Array): void;
  /** The first rule that saw plaintext, or `null`, which proves nothing: it only means that no rule saw any. */
  finish(): LeakRule | null;
};

/**
 * Looks for unencrypted audio in an object as it streams by. Holds 64 KiB.
 *
 * - Signatures at the start and at byte 12, in every version: a phone that prepends the IV and forgets to encrypt leaves
 *   its file there, and a phone that got the version wrong is no less plaintext.
 * - Frame patterns in the first 64 KiB, for files that have lost or never had a signature.
 * - Byte values over the first 1 MiB, and over 64 KiB at every multiple of 8 MiB; each sample is tested by itself. Counting
 *   every byte would cost as much again as the checksum.
 */
export function createLeakDetector(): LeakDetector {
  // Not zeroed, which would cost more than filling it: nothing behind what was pushed is ever looked at.
  const head = Buffer.allocUnsafe(headBytes);
  const sample = byteUniformity();
  let position = 0;
  let uneven = false;

  const closeSample = () => {
    uneven ||= sample.isUneven();
    sample.reset();
  };

  return {
    push(piece) {
      if (position < headBytes) head.set(piece.subarray(0, headBytes - position), position);
      for (let taken = 0; taken < piece.length; ) {
        const { end, sampled } = stretchAt(position);
        const part = piece.subarray(taken, taken + end - position);
        if (sampled) sample.add(part);
        taken += part.length;
        position += part.length;
        if (sampled && position === end) closeSample();
      }
    },
    finish() {
      closeSample();
      const start = head.subarray(0, Math.min(position, headBytes));
      if (signatureOffsets.some((at) => hasContainerSignature(start, at))) return 'container_signature';
      if (framePatterns.some((isIn) => isIn(start))) return 'frame_pattern';
      return uneven ? 'byte_distribution' : null;
    },
  };
}

const headBytes = 65_536;
const signatureOffsets = [0, ivBytes];
const framePatterns = [hasMpegFrames, hasAmrFrames, hasFlacFrames, hasOggPage];

const firstSampleBytes = 1_048_576;
const samplePeriod = 8 * 1_048_576;
const sampleBytes = 65_536;

/** The stretch that `position` lies in: where it ends, and whether its bytes are counted. */
function stretchAt(position: number): { end: number; sampled: boolean } {
  if (position < firstSampleBytes) return { end: firstSampleBytes, sampled: true };
  const periodStart = position - (position % samplePeriod);
  const sampleEnd = periodStart + sampleBytes;
  if (periodStart > 0 && position < sampleEnd) return { end: sampleEnd, sampled: true };
  return { end: periodStart + samplePeriod, sampled: false };
}
