import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeclaredRecording } from '../../../shared/journals/declared-recording.ts';
import { rejectionReasons } from '../../../shared/journals/rejection.ts';
import { ciphertext } from '../../support/audio/ciphertext.ts';
import { declaring, judgeOf, uploadOf, verdictOn } from '../../support/audio/judged-upload.ts';
import { voiceRecordings } from '../../support/phones/recordings.ts';

const recordings = voiceRecordings();
const [wav] = recordings;
if (!wav) throw new Error('no recordings');

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
  it.each(recordings)('of $file in plaintext says so, whatever else is wrong', (recording) => {
    const { bytes, durationSeconds, format, sampleRate, bitRate, channels } = recording;
    const envelope = { version: 1, algorithm: 'AES-256-GCM', iv: 'AAAAAAAAAAAAAAAA', keyId: 'k' } as const;
    const audio = { format, sampleRate, bitRate, channels, fileSize: 1, checksum: emptyChecksum, envelope };
    const declared = { durationSeconds, audio };
    expect(verdictOn({ object: bytes, declared })).toEqual({
      status: 'rejected',
      reason: 'plaintext_audio',
      leak: expect.stringMatching(/container_signature|frame_pattern/),
    });
  });

  it('is wrong_size where the envelope is of another version than declared', async () => {
    const { object, declared } = await uploadOf(wav, 2);
    const envelope = { ...declared.audio.envelope, version: 1 as const };
    expect(verdictOn({ object, declared: declaring(declared, { envelope }) })).toMatchObject({ reason: 'wrong_size' });
  });

  it('is wrong_checksum or bad_iv where what should be base64 is not', async () => {
    const { object, declared } = await uploadOf(wav, 2);
    const short = declaring(declared, { checksum: 'short' });
    expect(verdictOn({ object, declared: short })).toMatchObject({ reason: 'wrong_checksum' });
    const broken = declaring(declared, { envelope: { ...declared.audio.envelope, iv: '?' } });
    expect(verdictOn({ object, declared: broken })).toMatchObject({ reason: 'bad_iv' });
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
