import { describe, expect, it } from '@jest/globals';
import { durationProblem, type RecordingLength } from '../../../shared/journals/duration-rule.ts';
import { voiceRecordings } from '../../support/phones/recordings.ts';

const wav = { format: 'wav', sampleRate: 16_000, bitRate: 256_000, channels: 1 } as const;
const amr = { format: 'amr-nb', sampleRate: 8_000, bitRate: 12_200, channels: 1 } as const;
const mp3 = { format: 'mp3', sampleRate: 44_100, bitRate: 128_000, channels: 1 } as const;
const opus = { format: 'opus', sampleRate: 48_000, bitRate: 24_000, channels: 1 } as const;

/** What is said of `fileSize` bytes in `durationSeconds`. */
const of = (audio: Omit<RecordingLength, 'fileSize' | 'durationSeconds'>, durationSeconds: number, fileSize: number) =>
  durationProblem({ ...audio, durationSeconds, fileSize });

describe('the duration of a recording', () => {
  it.each(voiceRecordings())('fits the bytes of the real recording $file', (recording) => {
    expect(durationProblem({ ...recording, fileSize: recording.size })).toBeNull();
  });

  it.each(voiceRecordings())('declared ten times too long does not fit the bytes of $file', (recording) => {
    const durationSeconds = recording.durationSeconds * 10;
    expect(durationProblem({ ...recording, fileSize: recording.size, durationSeconds })).toBe('too_few_bytes');
  });

  it.each(voiceRecordings())('declared with ten times the bytes does not fit $file', (recording) => {
    expect(durationProblem({ ...recording, fileSize: 10 * recording.size })).toBe('too_many_bytes');
  });

  it('is between 1 second and 60 minutes', () => {
    expect(of(wav, 0.999, 32_000)).toBe('too_short');
    expect(of(wav, 1, 32_044)).toBeNull();
    expect(of(wav, 3_600, 115_200_044)).toBeNull();
    expect(of(wav, 3_600.001, 115_200_044)).toBe('too_long');
    expect(of(wav, Number.NaN, 32_000)).toBe('too_short');
  });

  it('of PCM is exact to 4 KiB', () => {
    expect(of(wav, 10, 320_000 + 4_096)).toBeNull();
    expect(of(wav, 10, 320_000 + 4_097)).toBe('too_many_bytes');
    expect(of(wav, 10, 320_000 - 4_096)).toBeNull();
    expect(of(wav, 10, 320_000 - 4_097)).toBe('too_few_bytes');
  });

  it('of AMR goes by frames of 20 ms of its mode', () => {
    const bytes = (frames: number) => 6 + frames * 32;
    expect(of(amr, 60, bytes(3_000))).toBeNull();
    expect(of(amr, 60, bytes(3_100))).toBeNull();
    expect(of(amr, 60, bytes(3_101))).toBe('too_many_bytes');
    expect(of(amr, 60, bytes(2_900))).toBeNull();
    expect(of(amr, 60, bytes(2_899))).toBe('too_few_bytes');
    expect(of({ ...amr, bitRate: 4_750 }, 60, bytes(3_000))).toBe('too_many_bytes');
    expect(of({ ...amr, bitRate: 12_201 }, 60, bytes(3_000))).toBe('too_many_bytes');
  });

  it('of MP3 at a constant rate is exact to 3 % and 64 KiB', () => {
    const expected = 16_000 * 600;
    const slack = expected * 0.03 + 65_536;
    expect(of(mp3, 600, expected + slack)).toBeNull();
    expect(of(mp3, 600, expected + slack + 1)).toBe('too_many_bytes');
    expect(of(mp3, 600, expected - slack)).toBeNull();
    expect(of(mp3, 600, expected - slack - 1)).toBe('too_few_bytes');
  });

  it('of a variable rate fits a quarter to twice the bytes, and a container', () => {
    const expected = 3_000 * 600;
    expect(of(opus, 600, expected / 4)).toBeNull();
    expect(of(opus, 600, expected / 4 - 1)).toBe('too_few_bytes');
    expect(of(opus, 600, expected * 2 + 4_096)).toBeNull();
    expect(of(opus, 600, expected * 2 + 4_097)).toBe('too_many_bytes');
    expect(of({ ...mp3, bitRate: 131_313 }, 600, expected * 5)).toBeNull();
  });
});
