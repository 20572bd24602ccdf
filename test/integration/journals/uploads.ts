import { createHash } from 'node:crypto';
import { type EnvelopeVersion, encryptRecording, newRecordingKey } from '../../../docs/client/recording-envelope.ts';
import { type Recording, voiceRecordings } from '../../support/phones/recordings.ts';

type Body = {
  title?: string;
  recordedAt: string;
  timeZone: string;
  durationSeconds: number;
  audio: {
    format: string;
    sampleRate: number;
    bitRate: number;
    channels: number;
    fileSize: number;
    checksum: string;
    envelope: { version: EnvelopeVersion; algorithm: 'AES-256-GCM'; iv: string; keyId: string };
  };
};

/** What a phone sends: the declaration and the object it is about. */
export type Upload = { body: Body; object: Uint8Array };

export const recordings = voiceRecordings();

export function recordingOf(format: string): Recording {
  const recording = recordings.find((one) => one.format === format);
  if (!recording) throw new Error(`there is no recording in ${format}`);
  return recording;
}

/** The upload of an honest phone, under a new key unless one is given. */
export async function honestUpload(
  recording: Recording = recordingOf('opus'),
  version: EnvelopeVersion = 1,
  { key, keyId = 'key-1', iv }: { key?: CryptoKey; keyId?: string; iv?: Uint8Array } = {},
): Promise<Upload> {
  const sealed = await encryptRecording(recording.bytes, key ?? (await newRecordingKey()), version, iv);
  const { format, sampleRate, bitRate, channels, durationSeconds } = recording;
  const { fileSize, checksum } = sealed;
  const envelope = { version, algorithm: 'AES-256-GCM' as const, iv: sealed.iv, keyId };
  return {
    object: sealed.object,
    body: {
      recordedAt: '2026-11-20T08:30:00.000Z',
      timeZone: 'Europe/Madrid',
      durationSeconds,
      audio: { format, sampleRate, bitRate, channels, fileSize, checksum, envelope },
    },
  };
}

/** The upload of a phone that forgot to encrypt; its declaration fits the bytes it sends. */
export async function plaintextUpload(recording: Recording): Promise<Upload> {
  const honest = await honestUpload(recording);
  const checksum = checksumOf(recording.bytes);
  return declaring({ ...honest, object: recording.bytes }, { fileSize: recording.bytes.length - 16, checksum });
}

/** The same upload, with another declaration. */
export const declaring = ({ body, object }: Upload, audio: Partial<Body['audio']>): Upload => ({
  object,
  body: { ...body, audio: { ...body.audio, ...audio } },
});

export const checksumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');
