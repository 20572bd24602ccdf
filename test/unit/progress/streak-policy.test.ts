import { describe, expect, it } from '@jest/globals';
import { countsForStreak } from '../../../shared/progress/streak-policy.ts';

const received = Temporal.Instant.from('2026-05-31T12:00:00Z');

describe('whether a fact counts', () => {
  it.each([
    ['just now', '2026-05-31T12:00:00Z', true],
    ['thirty days late', '2026-05-01T12:00:00Z', true],
    ['a moment more than thirty days late', '2026-05-01T11:59:59.999Z', false],
    ['five minutes ahead', '2026-05-31T12:05:00Z', true],
    ['a moment more than five minutes ahead', '2026-05-31T12:05:00.001Z', false],
  ])('%s', (_what, occurredAt, expected) => {
    expect(countsForStreak(Temporal.Instant.from(occurredAt), received)).toBe(expected);
  });

  it('goes by the policy it is given', () => {
    const policy = { cutOffHours: 3, graceDays: 1, graceWindowDays: 7, backfillDays: 1, aheadMinutes: 0 };
    expect(countsForStreak(received.subtract({ hours: 25 }), received, policy)).toBe(false);
    expect(countsForStreak(received.add({ minutes: 1 }), received, policy)).toBe(false);
  });
});
