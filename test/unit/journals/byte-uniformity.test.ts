import { describe, expect, it } from '@jest/globals';
import { byteUniformity } from '../../../shared/journals/byte-uniformity.ts';

/** Every byte value 16 times, then `moved[n]` of those of value 2n made 2n + 1: each adds moved² / 8 to the chi-square. */
function withMoved(moved: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from({ length: 4_096 }, (_, at) => at & 0xff);
  for (const [pair, count] of moved.entries()) for (let n = 0; n < count; n++) bytes[n * 256 + 2 * pair] = 2 * pair + 1;
  return bytes;
}

const isUneven = (bytes: Uint8Array): boolean => {
  const counted = byteUniformity();
  counted.add(bytes);
  return counted.isUneven();
};

describe('byte values', () => {
  const twelve = Array.from({ length: 12 }, () => 16);

  it('are uneven from a chi-square over 414.5 on', () => {
    expect(isUneven(withMoved([]))).toBe(false);
    expect(isUneven(withMoved([...twelve, 15]))).toBe(false);
    expect(isUneven(withMoved([...twelve, 16]))).toBe(true);
  });

  it('are counted whatever the lengths of the pieces, and anew after a reset', () => {
    const counted = byteUniformity();
    const bytes = withMoved([...twelve, 16]);
    for (let at = 0, length = 1; at < bytes.length; at += length, length = (length % 29) + 1)
      counted.add(bytes.subarray(at, at + length));
    expect(counted.isUneven()).toBe(true);
    counted.reset();
    expect(counted.isUneven()).toBe(false);
    counted.add(withMoved([...twelve, 15]));
    expect(counted.isUneven()).toBe(false);
  });
});
