import { describe, expect, it } from '@jest/globals';
import { capProblem, defaultRecordingCaps, recordingCap } from '../../../shared/journals/caps.ts';
import { DeclaredAudio, declarationProblems } from '../../../shared/journals/declared-recording.ts';

const audio: DeclaredAudio = {
  format: 'wav',
  sampleRate: 16_000,
  bitRate: 256_000,
  channels: 1,
  fileSize: 320_044,
  checksum: Buffer.alloc(32, 9).toString('base64'),
  envelope: { version: 1, algorithm: 'AES-256-GCM', iv: 'P5EHxFriGG2zcCz4', keyId: 'key-1' },
};
const { standard, premium } = defaultRecordingCaps;
const codes = (changes: Partial<DeclaredAudio>, durationSeconds = 10, cap = standard) =>
  declarationProblems({ durationSeconds, audio: { ...audio, ...changes } }, cap).map(
    ({ path, code }) => `${path} ${code}`,
  );

describe('a declared recording', () => {
  it('is accepted when everything is possible', () => {
    expect(codes({})).toEqual([]);
  });

  it('is refused for a bad IV', () => {
    expect(codes({ envelope: { ...audio.envelope, iv: 'AAAAAAAAAAAAAAAA' } })).toEqual(['audio.envelope.iv bad_iv']);
  });

  it('is refused for parameters that its format cannot have, and then not for its duration', () => {
    expect(codes({ sampleRate: 16_001 }, 99)).toEqual(['audio.sampleRate impossible_format']);
  });

  it('is refused for a duration that cannot fit the bytes', () => {
    expect(codes({}, 100)).toEqual(['durationSeconds impossible_duration']);
  });

  it('is refused for more than its owner may record', () => {
    const minutes20 = 20 * 60 * 32_000;
    expect(codes({ fileSize: minutes20 }, 20 * 60)).toEqual(['durationSeconds too_long']);
    expect(codes({ fileSize: minutes20 }, 20 * 60, premium)).toEqual([]);
    expect(codes({ fileSize: 2 * 1024 ** 3 }, 10)).toEqual([
      'audio.fileSize too_large',
      'durationSeconds impossible_duration',
    ]);
  });

  it('has a shape: a checksum of 32 bytes, whole positive numbers, nothing unknown', () => {
    const accepts = (changes: object) => DeclaredAudio.safeParse({ ...audio, ...changes }).success;
    expect(accepts({})).toBe(true);
    expect(accepts({ checksum: Buffer.alloc(31).toString('base64') })).toBe(false);
    expect(accepts({ checksum: 'x'.repeat(44) })).toBe(false);
    expect(accepts({ fileSize: 0 })).toBe(false);
    expect(accepts({ fileSize: 1.5 })).toBe(false);
    expect(accepts({ sampleRate: -16_000 })).toBe(false);
    expect(accepts({ format: 'caf' })).toBe(false);
    expect(accepts({ key: 'secret' })).toBe(false);
  });
});

describe('the cap on a recording', () => {
  it('is 15 minutes and 50 MB, for premium 60 minutes and 200 MB', () => {
    expect(recordingCap('standard')).toEqual({ seconds: 900, bytes: 50_000_000 });
    expect(recordingCap('premium')).toEqual({ seconds: 3_600, bytes: 200_000_000 });
    expect(recordingCap('administrator')).toEqual(recordingCap('standard'));
  });

  it('is inclusive', () => {
    expect(capProblem({ fileSize: 50_000_000, durationSeconds: 900 }, standard)).toBeNull();
    expect(capProblem({ fileSize: 50_000_001, durationSeconds: 901 }, standard)).toBe('too_large');
    expect(capProblem({ fileSize: 50_000_000, durationSeconds: 900.5 }, standard)).toBe('too_long');
  });
});
