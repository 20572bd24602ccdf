import type { RecordingCap } from './caps.ts';
import { type DeclaredRecording, declarationProblems } from './declared-recording.ts';
import { ivBytes, objectSize } from './envelope.ts';
import { decodeBase64 } from './initialisation-vector.ts';
import { createLeakDetector, type LeakRule } from './plaintext-leak.ts';
import { foremostReason, type RejectionReason } from './rejection.ts';

/** A running SHA-256; passed in, because a rule does no cryptography of its own. `sha256Checksum()` is the real one. */
export type Checksum = {
  update(piece: Uint8Array): void;
  /** Whether the digest of all that was pushed is `expected` (base64), compared in constant time. Call once, at the end. */
  matches(expected: string): boolean;
};

/** `leak` is there with `plaintext_audio`: the rule that saw it. */
export type Verdict = { status: 'valid' } | { status: 'rejected'; reason: RejectionReason; leak?: LeakRule };

export type AudioJudge = {
  /**
   * Takes the object's bytes in order, in pieces of any size, once each; nothing of the piece is kept. Answers whether
   * more bytes are wanted: `false` means that the object is longer than declared and the verdict can no longer change,
   * so that a huge object in the place of a small one is not read to its end.
   */
  push(piece: Uint8Array): boolean;
  /** Bytes pushed so far: where an interrupted read goes on. */
  received(): number;
  /** The verdict. `found` are reasons that only a caller can see (`reused_iv`). */
  finish(found?: readonly RejectionReason[]): Verdict;
};

/**
 * Judges one uploaded object against what the phone declared, without the key, in one pass and 64 KiB of memory.
 * When several rules fail, the reason is the foremost one in the order of `rejectionReasons`.
 */
export function createAudioJudge(
  declared: DeclaredRecording,
  { cap, checksum }: { cap: RecordingCap; checksum: Checksum },
): AudioJudge {
  const { audio } = declared;
  const expectedSize = objectSize(audio.fileSize, audio.envelope.version);
  // Plaintext under a wrong declaration is still looked for in the first 1 MiB.
  const readAtMost = Math.max(expectedSize, 1_048_576);
  const leakDetector = createLeakDetector();
  const prependedIv = new Uint8Array(ivBytes);
  const declaredIv = decodeBase64(audio.envelope.iv);
  // Not in constant time: an IV is public.
  const isDeclaredIv = (iv: Uint8Array) => declaredIv !== null && iv.every((byte, at) => byte === declaredIv[at]);
  let received = 0;

  return {
    push(piece) {
      const wanted = piece.subarray(0, Math.max(0, readAtMost - received));
      checksum.update(wanted);
      leakDetector.push(wanted);
      if (received < ivBytes) prependedIv.set(wanted.subarray(0, ivBytes - received), received);
      received += piece.length;
      return received <= readAtMost;
    },
    received: () => received,
    finish(found = []) {
      const reasons = [...found, ...declarationProblems(declared, cap).map(({ code }) => code)];
      const leak = leakDetector.finish();
      if (leak) reasons.push('plaintext_audio');
      if (received !== expectedSize) reasons.push('wrong_size');
      if (!checksum.matches(audio.checksum)) reasons.push('wrong_checksum');
      if (audio.envelope.version === 2 && !isDeclaredIv(prependedIv)) reasons.push('bad_iv');
      return verdictOf(reasons, leak);
    },
  };
}

function verdictOf(reasons: readonly RejectionReason[], leak: LeakRule | null): Verdict {
  const reason = foremostReason(reasons);
  if (!reason) return { status: 'valid' };
  return reason === 'plaintext_audio' && leak ? { status: 'rejected', reason, leak } : { status: 'rejected', reason };
}
