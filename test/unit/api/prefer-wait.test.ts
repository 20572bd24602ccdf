import { describe, expect, it } from '@jest/globals';
import { preferredWait } from '../../../api/middleware/prefer-wait.ts';

describe('the preferred wait', () => {
  it.each<[string, number]>([
    ['', 0],
    ['wait=5', 5],
    ['wait=10', 10],
    ['wait=3600', 10],
    ['respond-async, wait=7', 7],
    ['respond-async,wait=7; foo=bar', 7],
    ['Wait = 3', 3],
    ['wait', 0],
    ['wait=-1', 0],
    ['wait=soon', 0],
    ['await=5', 0],
    [`wait=${'9'.repeat(400)}`, 0],
  ])('of %j is %d s', (header, seconds) => {
    expect(preferredWait(header)).toBe(seconds);
  });
});
