import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeBase64, ivProblem } from '../../../shared/journals/initialisation-vector.ts';

const base64 = (...bytes: number[]) => Buffer.from(bytes).toString('base64');
const random = [0x3f, 0x91, 0x07, 0xc4, 0x5a, 0xe2, 0x18, 0x6d, 0xb3, 0x70, 0x2c, 0xf8];

describe('a declared IV', () => {
  it('is good when it is 12 random bytes in base64', () => {
    expect(ivProblem(base64(...random), 1)).toBeNull();
    expect(ivProblem(base64(...random), 2)).toBeNull();
  });

  it.each([11, 13, 16, 0])('of %i bytes has the wrong length', (length) => {
    const bytes = [...random, ...random].slice(0, length);
    expect(ivProblem(base64(...bytes), 1)).toBe('wrong_length');
  });

  it.each(['not base64!!!!!', 'P5EHxFriGG2zcCz', 'P5EHxFriGG2z-_z4', 'P5EH\nxFriGG2zcC', '===='])(
    'is not base64: %j',
    (iv) => {
      expect(ivProblem(iv, 1)).toBe('not_base64');
    },
  );

  it.each([
    ['all zero', Array(12).fill(0)],
    ['one repeated byte', Array(12).fill(0xa5)],
    ['a repeated pair', Array(6).fill([1, 2]).flat()],
    ['a repeated word', Array(3).fill([0xde, 0xad, 0xbe, 0xef]).flat()],
    ['a group that repeats but for its end', [1, 7, 3, 9, 4, 1, 7, 3, 9, 4, 1, 7]],
    ['counting up', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    ['counting down across zero', [5, 4, 3, 2, 1, 0, 255, 254, 253, 252, 251, 250]],
    ['in steps of 16', Array.from({ length: 12 }, (_, at) => (at * 16) & 0xff)],
    ['a small big-endian counter', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 7]],
    ['a small little-endian counter', [7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('is degenerate: %s', (_, bytes: number[]) => {
    expect(ivProblem(base64(...bytes), 1)).toBe('degenerate');
  });

  it('of envelope version 3 has 8 random bytes and a zero counter', () => {
    const prefix = random.slice(0, 8);
    expect(ivProblem(base64(...prefix, 0, 0, 0, 0), 3)).toBeNull();
    expect(ivProblem(base64(...prefix, 0, 0, 0, 1), 3)).toBe('counter_not_zero');
    expect(ivProblem(base64(...Array(12).fill(0)), 3)).toBe('degenerate');
    expect(ivProblem(base64(1, 2, 1, 2, 1, 2, 1, 2, 0, 0, 0, 0), 3)).toBe('degenerate');
    expect(ivProblem(base64(0, 0, 0, 0, 0, 0, 9, 4, 0, 0, 0, 0), 3)).toBe('degenerate');
  });

  it('of random bytes is never refused', () => {
    fc.assert(
      fc.property(fc.noBias(fc.uint8Array({ minLength: 12, maxLength: 12 })), (bytes) => {
        expect(ivProblem(base64(...bytes), 1)).toBeNull();
      }),
      { numRuns: 5_000, seed: 12 },
    );
  });
});

describe('base64', () => {
  it('has one spelling for each value', () => {
    expect(decodeBase64('AA==')).toEqual(Uint8Array.of(0));
    expect(decodeBase64('AB==')).toBeNull();
  });
});
