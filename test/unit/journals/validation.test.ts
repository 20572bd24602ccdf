import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EnvelopeVersion, encryptRecording, newRecordingKey } from '../../../docs/client/recording-envelope.ts';
import { defaultRecordingCaps } from '../../../shared/journals/caps.ts';
import type { DeclaredRecording } from '../../../shared/journals/declared-recording.ts';
import { rejectionReasons } from '../../../shared/journals/rejection.ts';
import { sha256Checksum } from '../../../shared/journals/sha256-checksum.ts';
import { createAudioJudge, type Verdict } from '../../../shared/journals/validation.ts';
import { ciphertext } from '../../support/audio/ciphertext.ts';
import { type Recording, voiceRecordings } from '../../support/phones/recordings.ts';

const recordings = voiceRecordings();
const [wav] = recordings;
if (!wav) throw new Error('no recordings');

const judgeOf = (declared: DeclaredRecording) =>
  createAudioJudge(declared, { cap: defaultRecordingCaps.standard, checksum: sha256Checksum() });

function verdictOn(object: Uint8Array, declared: DeclaredRecording, found: readonly 'reused_iv'[] = []): Verdict {
  const judge = judgeOf(declared);
  for (let at = 0; at < object.length; at += 10_000) judge.push(object.subarray(at, at + 10_000));
  return judge.finish(found);
}

/** An upload as an honest phone makes it. */
async function uploadOf(recording: Recording, version: EnvelopeVersion) {
  const { bytes, format, sampleRate, bitRate, channels, durationSeconds } = recording;
  const { object, iv, checksum, fileSize } = await encryptRecording(bytes, await newRecordingKey(), version);
  const envelope = { version, algorithm: 'AES-256-GCM' as const, iv, keyId: 'key-1' };
  return {
    object,
    declared: { durationSeconds, audio: { format, sampleRate, bitRate, channels, fileSize, checksum, envelope } },
  };
}

const declaring = (declared: DeclaredRecording, audio: Partial<DeclaredRecording['audio']>): DeclaredRecording => ({
  ...declared,
  audio: { ...declared.audio, ...audio },
});
const emptyChecksum = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
/** A possible declaration of which nothing was uploaded. */
const declaredOnly: DeclaredRecording = {
  durationSeconds: 4,
  audio: {
    format: 'wav',
    sampleRate: 16_000,
    bitRate: 256_000,
    channels: 1,
    fileSize: 128_044,
    checksum: emptyChecksum,
    envelope: { version: 1, algorithm: 'AES-256-GCM', iv: 'P5EHxFriGG2zcCz4', keyId: 'key-1' },
  },
};

describe('the verdict on an upload', () => {
  it.each(recordings)('of $file is valid in every envelope version', async (recording) => {
    for (const version of [1, 2, 3] as const) {
      const { object, declared } = await uploadOf(recording, version);
      expect(verdictOn(object, declared)).toEqual({ status: 'valid' });
    }
  });

  it.each(recordings)('of $file in plaintext says so, whatever else is wrong', (recording) => {
    const { bytes, durationSeconds, format, sampleRate, bitRate, channels } = recording;
    const envelope = { version: 1, algorithm: 'AES-256-GCM', iv: 'AAAAAAAAAAAAAAAA', keyId: 'k' } as const;
    const audio = { format, sampleRate, bitRate, channels, fileSize: 1, checksum: emptyChecksum, envelope };
    const declared = { durationSeconds, audio };
    expect(verdictOn(bytes, declared)).toEqual({
      status: 'rejected',
      reason: 'plaintext_audio',
      leak: expect.stringMatching(/container_signature|frame_pattern/),
    });
  });

  it('is wrong_size where bytes are missing or added, though the checksum is wrong as well', async () => {
    const { object, declared } = await uploadOf(wav, 1);
    expect(verdictOn(object.subarray(1), declared)).toEqual({ status: 'rejected', reason: 'wrong_size' });
    expect(verdictOn(new Uint8Array(), declared)).toEqual({ status: 'rejected', reason: 'wrong_size' });
    const longer = new Uint8Array(Buffer.concat([object, ciphertext(1, 1)]));
    expect(verdictOn(longer, declared)).toEqual({ status: 'rejected', reason: 'wrong_size' });
  });

  it('is wrong_size where the envelope is of another version than declared', async () => {
    const { object, declared } = await uploadOf(wav, 2);
    const envelope = { ...declared.audio.envelope, version: 1 as const };
    expect(verdictOn(object, declaring(declared, { envelope }))).toMatchObject({ reason: 'wrong_size' });
  });

  it('is wrong_checksum where one bit differs', async () => {
    const { object, declared } = await uploadOf(wav, 3);
    object.set([(object[70_000] ?? 0) ^ 1], 70_000);
    expect(verdictOn(object, declared)).toEqual({ status: 'rejected', reason: 'wrong_checksum' });
    expect(verdictOn(object, declaring(declared, { checksum: 'short' }))).toMatchObject({ reason: 'wrong_checksum' });
  });

  it('is bad_iv where the IV in the object is not the declared one, or that one is degenerate', async () => {
    const { object, declared } = await uploadOf(wav, 2);
    const other = { ...declared.audio.envelope, iv: 'P5EHxFriGG2zcCz4' };
    expect(verdictOn(object, declaring(declared, { envelope: other }))).toMatchObject({ reason: 'bad_iv' });
    const upload = await uploadOf(wav, 1);
    const zero = { ...upload.declared.audio.envelope, iv: 'AAAAAAAAAAAAAAAA' };
    expect(verdictOn(upload.object, declaring(upload.declared, { envelope: zero }))).toMatchObject({
      reason: 'bad_iv',
    });
    const broken = { ...declared.audio.envelope, iv: '?' };
    expect(verdictOn(object, declaring(declared, { envelope: broken }))).toMatchObject({ reason: 'bad_iv' });
  });

  it('is reused_iv where the caller has found that', async () => {
    const { object, declared } = await uploadOf(wav, 1);
    expect(verdictOn(object, declared, ['reused_iv'])).toEqual({ status: 'rejected', reason: 'reused_iv' });
  });

  it('is impossible_format, impossible_duration, too_large or too_long where the declaration is', async () => {
    const { object, declared } = await uploadOf(wav, 1);
    expect(verdictOn(object, declaring(declared, { sampleRate: 4 }))).toMatchObject({ reason: 'impossible_format' });
    expect(verdictOn(object, { ...declared, durationSeconds: 40 })).toMatchObject({ reason: 'impossible_duration' });
    expect(verdictOn(object, { ...declared, durationSeconds: 1_000 })).toMatchObject({ reason: 'too_long' });
    const judge = createAudioJudge(declared, { cap: { seconds: 900, bytes: 100 }, checksum: sha256Checksum() });
    judge.push(object);
    expect(judge.finish()).toMatchObject({ reason: 'too_large' });
  });

  it('is the foremost reason when several hold, in whatever order they are found', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...rejectionReasons], { minLength: 1 }), (found) => {
        const foremost = rejectionReasons.find((reason) => found.includes(reason) || reason === 'wrong_size');
        expect(judgeOf(declaredOnly).finish(found)).toMatchObject({ status: 'rejected', reason: foremost });
      }),
    );
  });

  it('does not depend on how the object is cut into pieces', async () => {
    const { object, declared } = await uploadOf(wav, 2);
    fc.assert(
      fc.property(fc.array(fc.nat(object.length), { maxLength: 12 }), (cuts) => {
        const judge = judgeOf(declared);
        const borders = [0, ...cuts.sort((a, b) => a - b), object.length];
        for (const [index, from] of borders.entries()) judge.push(object.subarray(from, borders[index + 1] ?? from));
        expect(judge.received()).toBe(object.length);
        expect(judge.finish()).toEqual({ status: 'valid' });
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  it('wants no more bytes of an object that is longer than declared, once its first 1 MiB was seen', async () => {
    const { object, declared } = await uploadOf(wav, 1);
    const judge = judgeOf(declared);
    expect(judge.push(object)).toBe(true);
    expect(judge.push(ciphertext(1, 1_048_576 - object.length))).toBe(true);
    expect(judge.push(ciphertext(2, 1))).toBe(false);
    expect(judge.push(wav.bytes)).toBe(false);
    expect(judge.received()).toBe(1_048_577 + wav.bytes.length);
    expect(judge.finish()).toEqual({ status: 'rejected', reason: 'wrong_size' });
  });
});
