import { type EnvelopeVersion, encryptRecording, newRecordingKey } from '../../../docs/client/recording-envelope.ts';
import { defaultRecordingCaps, type RecordingCap } from '../../../shared/journals/caps.ts';
import type { DeclaredAudio, DeclaredRecording } from '../../../shared/journals/declared-recording.ts';
import type { RejectionReason } from '../../../shared/journals/rejection.ts';
import { sha256Checksum } from '../../../shared/journals/sha256-checksum.ts';
import { type AudioJudge, createAudioJudge, type Verdict } from '../../../shared/journals/validation.ts';
import type { Recording } from '../phones/recordings.ts';

/** What arrives, what was declared about it, and what the server knows besides. */
export type JudgedUpload = {
  object: Uint8Array;
  declared: DeclaredRecording;
  cap?: RecordingCap;
  found?: readonly RejectionReason[];
};

/** An upload as an honest phone makes it. */
export async function uploadOf(recording: Recording, version: EnvelopeVersion): Promise<JudgedUpload> {
  const { bytes, format, sampleRate, bitRate, channels, durationSeconds } = recording;
  const { object, iv, checksum, fileSize } = await encryptRecording(bytes, await newRecordingKey(), version);
  const envelope = { version, algorithm: 'AES-256-GCM' as const, iv, keyId: 'key-1' };
  const audio = { format, sampleRate, bitRate, channels, fileSize, checksum, envelope };
  return { object, declared: { durationSeconds, audio } };
}

export const declaring = (declared: DeclaredRecording, audio: Partial<DeclaredAudio>): DeclaredRecording => ({
  ...declared,
  audio: { ...declared.audio, ...audio },
});

export const judgeOf = (declared: DeclaredRecording, cap: RecordingCap = defaultRecordingCaps.standard): AudioJudge =>
  createAudioJudge(declared, { cap, checksum: sha256Checksum() });

/** The verdict on an object that arrives in pieces of 10,000 bytes. */
export function verdictOn({ object, declared, cap, found = [] }: JudgedUpload): Verdict {
  const judge = judgeOf(declared, cap);
  for (let at = 0; at < object.length; at += 10_000) if (!judge.push(object.subarray(at, at + 10_000))) break;
  return judge.finish(found);
}
