import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from '../../../shared/platform/push/retry-after.ts';

const now = Temporal.Instant.from('2026-10-25T00:59:30Z');

describe('a Retry-After header', () => {
  it.each([
    ['120', 120_000],
    [' 1 ', 1_000],
    ['Sun, 25 Oct 2026 01:00:30 GMT', 60_000],
    ['99999999999999', 86_400_000],
    ['0', undefined],
    ['Sun, 25 Oct 2026 00:00:00 GMT', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %p means %p ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
