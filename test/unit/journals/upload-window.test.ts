import { describe, expect, it } from '@jest/globals';
import type { DeclaredAudio } from '../../../shared/journals/declared-recording.ts';
import { uploadClosesAt, uploadProblem } from '../../../shared/journals/upload-window.ts';

const declared = (fileSize: number, version: 1 | 2 | 3): DeclaredAudio => ({
  format: 'mp3',
  sampleRate: 44_100,
  bitRate: 128_000,
  channels: 1,
  fileSize,
  checksum: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  envelope: { version, algorithm: 'AES-256-GCM', iv: 'P5EHxFriGG2zcCz4', keyId: 'key-1' },
});

describe('an upload', () => {
  it.each([
    [1, 33_554_432 - 16],
    [2, 33_554_432 - 28],
    [3, 33_554_432 - 512 * 16],
  ] as const)('in envelope %i may be an object of 32 MiB and no byte more', (version, fileSize) => {
    expect(uploadProblem(declared(fileSize, version))).toBeNull();
    expect(uploadProblem(declared(fileSize + 1, version))).toMatchObject({ path: 'audio.fileSize', code: 'too_large' });
  });

  it('can begin for 15 minutes, and clocks may differ by one', () => {
    expect(uploadClosesAt(Temporal.Instant.from('2026-11-21T10:00:00Z')).toString()).toBe('2026-11-21T10:16:00Z');
  });
});
