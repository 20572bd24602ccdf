import { describe, expect, it } from '@jest/globals';
import { factTimeProblem } from '../../../../shared/platform/time/fact-time.ts';
import { Instant, InstantText, instantText } from '../../../../shared/platform/time/instant.ts';

describe('an instant from a phone', () => {
  it.each([
    ['2026-03-29T02:30:00+02:00', '2026-03-29T00:30:00.000Z'],
    ['2026-03-29T00:30:00.1239Z', '2026-03-29T00:30:00.123Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
  ])('%s is %s', (sent, kept) => {
    const text = instantText(Instant.parse(sent));
    expect(text).toBe(kept);
    expect(InstantText.safeParse(text).success).toBe(true);
  });

  it.each([
    '2026-03-29T02:30:00',
    '2026-02-30T00:00:00Z',
    '9999-99-99T00:00:00Z',
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    `2026-03-29T00:00:00.${'1'.repeat(30)}Z`,
    1,
    null,
  ])('is not %s', (sent) => {
    expect(Instant.safeParse(sent).success).toBe(false);
  });
});

describe('when a fact happened', () => {
  const now = Temporal.Instant.from('2026-03-29T08:00Z');
  it.each([
    ['2000-01-01T00:00Z', null],
    ['1999-12-31T23:59:59.999Z', 'Before the year 2000.'],
    ['2026-03-29T08:05Z', null],
    ['2026-03-29T08:05:00.001Z', 'More than 5 minutes ahead of our clock.'],
  ])('%s: %s', (at, problem) => {
    expect(factTimeProblem(Temporal.Instant.from(at), now)).toBe(problem);
  });
});
