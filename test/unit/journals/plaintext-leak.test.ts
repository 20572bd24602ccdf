import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encryptRecording, newRecordingKey } from '../../../docs/client/recording-envelope.ts';
import { byteUniformity } from '../../../shared/journals/byte-uniformity.ts';
import { ciphertext } from '../../support/audio/ciphertext.ts';
import { leakIn } from '../../support/audio/leak-figures.ts';
import { voiceRecordings } from '../../support/phones/recordings.ts';

const mebibyte = 1_048_576;
const recordings = voiceRecordings();
const recording = (file: string) => {
  const found = recordings.find((candidate) => candidate.file === file);
  if (!found) throw new Error(`no recording ${file}`);
  return found.bytes;
};

const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const text = (latin1: string) => new Uint8Array(Buffer.from(latin1, 'latin1'));
/** `part` written over `object` at `at`. */
const overwritten = (object: Uint8Array, at: number, part: Uint8Array) => {
  const copy = Uint8Array.from(object);
  copy.set(part, at);
  return copy;
};

describe('plaintext', () => {
  it.each(recordings)('is found in the whole of $file', ({ bytes }) => {
    expect(leakIn(bytes)).not.toBeNull();
  });

  it.each(recordings)('is found in $file behind a prepended IV and before a tag', ({ bytes }) => {
    expect(leakIn(joined(ciphertext(1, 12), bytes, ciphertext(2, 16)))).not.toBeNull();
  });

  it.each(recordings)('is found in $file without its first 1 KiB', ({ bytes }) => {
    expect(leakIn(bytes.subarray(1_024))).not.toBeNull();
  });

  it.each([
    ['speech.wav', 8_192, 'byte_distribution'],
    ['speech.flac', 32_768, 'frame_pattern'],
    ['speech.amr-nb', 512, 'frame_pattern'],
    ['speech.amr-wb', 1_024, 'frame_pattern'],
    ['speech.mp3', 1_024, 'frame_pattern'],
    ['speech.aac', 1_024, 'frame_pattern'],
    ['speech.opus', 4_096, 'frame_pattern'],
  ] as const)('is found in a middle of %s of %i bytes by its %s', (file, length, rule) => {
    expect(leakIn(recording(file).subarray(2_500, 2_500 + length))).toBe(rule);
  });

  it('is found in FLAC frames where the byte values are too even to tell', () => {
    const frames = recording('speech.flac').subarray(9_216, 9_216 + 4_096);
    const sample = byteUniformity();
    sample.add(frames);
    expect(sample.isUneven()).toBe(false);
    expect(leakIn(frames)).toBe('frame_pattern');
  });

  it.each([
    ['RIFF…WAVE', text('RIFF\x24\x08\0\0WAVEfmt ')],
    ['fLaC', text('fLaC\0\0\0\x22')],
    ['OggS', text('OggS\0\x02\0\0')],
    ['ftyp', text('\0\0\0\x1cftypM4A ')],
    ['#!AMR', text('#!AMR\n')],
    ['#!AMR-WB', text('#!AMR-WB\n')],
    ['caff', text('caff\0\x01\0\0')],
    ['ID3', text('ID3\x03\0\0\0\0')],
    ['EBML', text('\x1a\x45\xdf\xa3\x9f\x42')],
  ])('shows by %s at the start or behind a prepended IV, and nowhere else', (_, signature) => {
    const noise = ciphertext(3, 2_048);
    expect(leakIn(overwritten(noise, 0, signature))).toBe('container_signature');
    expect(leakIn(overwritten(noise, 12, signature))).toBe('container_signature');
    expect(leakIn(overwritten(noise, 4, signature))).not.toBe('container_signature');
  });

  it('does not show by RIFF alone, an ID3 of no known version, or the word OggS in mid-object', () => {
    const noise = ciphertext(4, 4_000);
    expect(leakIn(overwritten(noise, 0, text('RIFF')))).toBeNull();
    expect(leakIn(overwritten(noise, 0, text('ID3\x09\0')))).toBeNull();
    expect(leakIn(overwritten(noise, 500, text('OggS is not a page')))).toBeNull();
  });

  it.each([
    ['MP3', [0xff, 0xf3, 0x40, 0xc0], 104],
    ['ADTS', [0xff, 0xf1, 0x60, 0x40, 0x0d, 0x00], 104],
  ])('shows by three chained %s frames, not by two, nor by three of different streams', (_, header, length) => {
    const frames = (...starts: number[]) =>
      starts.reduce((object, at) => overwritten(object, at, Uint8Array.from(header)), ciphertext(9, 4_000));
    expect(leakIn(frames(500, 500 + length))).toBeNull();
    expect(leakIn(frames(500, 500 + length, 500 + 2 * length))).toBe('frame_pattern');
    const third = Uint8Array.from(header).map((byte, at) => (at === 2 ? byte ^ 0x04 : byte));
    expect(leakIn(overwritten(frames(500, 500 + length), 500 + 2 * length, third))).toBeNull();
  });

  it('shows by ten chained AMR frames, not by nine', () => {
    const amr = recording('speech.amr-nb').subarray(6);
    const noise = ciphertext(10, 1_000).fill(0xff, 320, 330);
    expect(leakIn(overwritten(noise, 0, amr.subarray(0, 10 * 32)))).toBe('frame_pattern');
    expect(leakIn(overwritten(noise, 32, amr.subarray(0, 9 * 32)).fill(0xff, 0, 32))).toBeNull();
  });

  it('is found when it begins in the middle of an object, where a sample is taken', () => {
    const object = ciphertext(5, 9 * mebibyte);
    const speech = recording('speech.wav').subarray(0, 65_536);
    expect(leakIn(object)).toBeNull();
    expect(leakIn(overwritten(object, 8 * mebibyte, speech))).toBe('byte_distribution');
    expect(leakIn(overwritten(object, 4 * mebibyte, speech))).toBeNull();
  });

  it('is found in the last sample, even if that is cut short by the end of the object', () => {
    const object = ciphertext(6, 8 * mebibyte + 5_000);
    const speech = recording('speech.wav').subarray(20_000, 25_000);
    expect(leakIn(overwritten(object, 8 * mebibyte, speech))).toBe('byte_distribution');
  });

  it('is not told from fewer than 4 KiB by the byte values', () => {
    expect(leakIn(recording('speech.wav').subarray(44, 44 + 4_095))).toBeNull();
    expect(leakIn(recording('speech.wav').subarray(44, 44 + 4_096))).toBe('byte_distribution');
  });

  it('is found alike however the object is cut into pieces', () => {
    const objects = [...recordings.map(({ bytes }) => bytes.subarray(0, 20_000)), ciphertext(7, 20_000)];
    fc.assert(
      fc.property(fc.constantFrom(...objects), fc.integer({ min: 1, max: 9_000 }), (object, pieceBytes) => {
        expect(leakIn(object, pieceBytes)).toBe(leakIn(object, object.length));
      }),
      { numRuns: 60, seed: 4 },
    );
  });
});

describe('ciphertext', () => {
  it.each(recordings)('of $file is taken for nothing else, in every version', async ({ bytes }) => {
    const key = await newRecordingKey();
    for (const version of [1, 2, 3] as const) {
      expect(leakIn((await encryptRecording(bytes, key, version)).object)).toBeNull();
    }
  });

  it('of nothing, or of a few bytes, is no leak', () => {
    expect(leakIn(new Uint8Array())).toBeNull();
    expect(leakIn(ciphertext(8, 16))).toBeNull();
  });
});
