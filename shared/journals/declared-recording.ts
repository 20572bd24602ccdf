import { z } from 'zod';
import { capProblem, type RecordingCap } from './caps.ts';
import { durationProblem } from './duration-rule.ts';
import { Envelope } from './envelope.ts';
import { AudioFormat, formatProblem } from './format-table.ts';
import { ivProblem } from './initialisation-vector.ts';
import type { RejectionReason } from './rejection.ts';

/** A SHA-256 in base64. */
export const Sha256 = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'must be base64 of 32 bytes');

/** What a phone says about a recording before it uploads it. Shapes only; `declarationProblems` says what is possible. */
export const DeclaredAudio = z.strictObject({
  format: AudioFormat,
  /** Hz. */
  sampleRate: z.int().positive(),
  /** Bit/s. */
  bitRate: z.int().positive(),
  channels: z.int().positive(),
  /** Bytes of the recording before encryption. */
  fileSize: z.int().positive(),
  /** Of the whole object. */
  checksum: Sha256,
  envelope: Envelope,
});
export type DeclaredAudio = z.infer<typeof DeclaredAudio>;

export type DeclaredRecording = { durationSeconds: number; audio: DeclaredAudio };

/** `path` is dotted from the body of the request that creates a journal. */
export type DeclarationProblem = { path: string; code: RejectionReason; message: string };

/**
 * All that makes a declaration impossible, without looking at any object: IV, caps, format, duration. The route refuses
 * with it before anything is uploaded; the judge holds it against a row that was written under other rules.
 */
export function declarationProblems(
  { durationSeconds, audio }: DeclaredRecording,
  cap: RecordingCap,
): DeclarationProblem[] {
  const recording = { ...audio, durationSeconds };
  const problems: DeclarationProblem[] = [];
  const iv = ivProblem(audio.envelope.iv, audio.envelope.version);
  if (iv) problems.push({ path: 'audio.envelope.iv', code: 'bad_iv', message: ivMessages[iv] });
  const exceeded = capProblem(recording, cap);
  if (exceeded === 'too_large') problems.push(tooLarge(cap));
  if (exceeded === 'too_long') problems.push(tooLong(cap));
  const parameter = formatProblem(audio);
  if (parameter) problems.push(impossibleFormat(parameter, audio.format));
  // Without a possible format there is no rate to hold the duration against.
  const duration = parameter ? null : durationProblem(recording);
  if (duration)
    problems.push({ path: 'durationSeconds', code: 'impossible_duration', message: durationMessages[duration] });
  return problems;
}

const ivMessages = {
  not_base64: 'must be base64',
  wrong_length: 'must be 12 bytes',
  counter_not_zero: 'must end in four zero bytes in envelope version 3',
  degenerate: 'must be random',
} as const;

const durationMessages = {
  too_short: 'must be at least 1 second',
  too_long: 'must be at most 60 minutes',
  too_few_bytes: 'is too long for fileSize at this bit rate',
  too_many_bytes: 'is too short for fileSize at this bit rate',
} as const;

const tooLarge = (cap: RecordingCap): DeclarationProblem => ({
  path: 'audio.fileSize',
  code: 'too_large',
  message: `must be at most ${cap.bytes} bytes`,
});

const tooLong = (cap: RecordingCap): DeclarationProblem => ({
  path: 'durationSeconds',
  code: 'too_long',
  message: `must be at most ${cap.seconds} seconds`,
});

const impossibleFormat = (parameter: string, format: AudioFormat): DeclarationProblem => ({
  path: `audio.${parameter}`,
  code: 'impossible_format',
  message: `is not possible in ${format}`,
});
