import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTimeZone, localDateOf, TimeZone } from '../../../../shared/platform/time/local-date.ts';

const dateOf = (instant: string, zone: string, cutOffHours = 3) =>
  localDateOf(Temporal.Instant.from(instant), zone, cutOffHours).toString();

/** The dates met while walking through [from, to) minute by minute, each as often as it is entered anew. */
function datesThrough(from: string, to: string, zone: string, cutOffHours: number): string[] {
  const end = Temporal.Instant.from(to).epochMilliseconds;
  const dates: string[] = [];
  for (let ms = Temporal.Instant.from(from).epochMilliseconds; ms < end; ms += 60_000) {
    const date = localDateOf(Temporal.Instant.fromEpochMilliseconds(ms), zone, cutOffHours).toString();
    if (dates.at(-1) !== date) dates.push(date);
  }
  return dates;
}

describe('the local date of a fact', () => {
  it.each([
    ['a moment before the cut-off', '2026-05-10T02:59:59.999Z', '2026-05-09'],
    ['a minute before the cut-off', '2026-05-10T02:59:00Z', '2026-05-09'],
    ['the cut-off itself', '2026-05-10T03:00:00Z', '2026-05-10'],
    ['a minute after the cut-off', '2026-05-10T03:01:00Z', '2026-05-10'],
    ['the last moment before midnight', '2026-05-10T23:59:59.999Z', '2026-05-10'],
    ['midnight', '2026-05-11T00:00:00Z', '2026-05-10'],
    ['the small hours after a leap day', '2028-03-01T02:59:00Z', '2028-02-29'],
    ['the small hours of a leap day', '2028-02-29T02:59:00Z', '2028-02-28'],
    ['the small hours after 28 February of a common year', '2027-03-01T02:59:00Z', '2027-02-28'],
    ['the small hours of a new year', '2027-01-01T01:00:00Z', '2026-12-31'],
  ])('is right at %s', (_what, instant, expected) => {
    expect(dateOf(instant, 'UTC')).toBe(expected);
  });

  it('is the calendar date where the cut-off is midnight', () => {
    expect(dateOf('2026-05-10T23:59:59.999Z', 'UTC', 0)).toBe('2026-05-10');
    expect(dateOf('2026-05-11T00:00:00Z', 'UTC', 0)).toBe('2026-05-11');
  });

  it('is of the zone it happened in', () => {
    expect(dateOf('2026-05-10T12:00:00Z', 'Pacific/Kiritimati')).toBe('2026-05-10');
    expect(dateOf('2026-05-10T12:00:00Z', 'Pacific/Pago_Pago')).toBe('2026-05-09');
    expect(dateOf('2026-05-10T13:00:00Z', 'Pacific/Kiritimati')).toBe('2026-05-11');
  });

  it('closes at three on the wall clock in the short night of New York', () => {
    expect(dateOf('2026-03-08T06:59:59.999Z', 'America/New_York')).toBe('2026-03-07');
    expect(dateOf('2026-03-08T07:00:00Z', 'America/New_York')).toBe('2026-03-08');
  });

  it('closes at three on the wall clock in the long night of New York', () => {
    expect(dateOf('2026-11-01T05:59:00Z', 'America/New_York')).toBe('2026-10-31');
    expect(dateOf('2026-11-01T07:59:59.999Z', 'America/New_York')).toBe('2026-10-31');
    expect(dateOf('2026-11-01T08:00:00Z', 'America/New_York')).toBe('2026-11-01');
  });

  it.each([
    ['New York, spring', 'America/New_York', '2026-03-07T12:00Z', '2026-03-09T12:00Z', '2026-03-07'],
    ['New York, autumn', 'America/New_York', '2026-10-31T12:00Z', '2026-11-02T13:00Z', '2026-10-31'],
    ['Lord Howe, half an hour back', 'Australia/Lord_Howe', '2026-04-04T00:00Z', '2026-04-06T00:00Z', '2026-04-04'],
    ['Lord Howe, half an hour on', 'Australia/Lord_Howe', '2026-10-03T00:00Z', '2026-10-05T00:00Z', '2026-10-03'],
    ['Cairo, no midnight', 'Africa/Cairo', '2026-04-23T10:00Z', '2026-04-25T10:00Z', '2026-04-23'],
    ['Cairo, an hour before midnight twice', 'Africa/Cairo', '2026-10-28T10:00Z', '2026-10-30T10:00Z', '2026-10-28'],
    ['Santiago, no midnight', 'America/Santiago', '2026-09-05T14:00Z', '2026-09-07T14:00Z', '2026-09-05'],
    [
      'Santiago, an hour before midnight twice',
      'America/Santiago',
      '2026-04-04T14:00Z',
      '2026-04-06T14:00Z',
      '2026-04-04',
    ],
  ])('closes each day exactly once in %s, whatever the cut-off', (_what, zone, from, to, first) => {
    const start = Temporal.PlainDate.from(first);
    const expected = [0, 1, 2].map((days) => start.add({ days }).toString());
    for (const cutOffHours of [0, 1, 2, 3, 4, 5, 6]) {
      expect(datesThrough(from, to, zone, cutOffHours)).toEqual(expected);
    }
  });

  it('starts the day at one where midnight does not exist', () => {
    expect(dateOf('2026-04-23T21:59:59.999Z', 'Africa/Cairo', 0)).toBe('2026-04-23');
    expect(dateOf('2026-04-23T22:00:00Z', 'Africa/Cairo', 0)).toBe('2026-04-24');
    expect(dateOf('2026-09-06T03:59:59.999Z', 'America/Santiago', 0)).toBe('2026-09-05');
    expect(dateOf('2026-09-06T04:00:00Z', 'America/Santiago', 0)).toBe('2026-09-06');
  });

  it('skips the date that Samoa skipped', () => {
    expect(dateOf('2011-12-30T09:59:00Z', 'Pacific/Apia', 0)).toBe('2011-12-29');
    expect(dateOf('2011-12-30T10:00:00Z', 'Pacific/Apia', 0)).toBe('2011-12-31');
  });

  it('is the date on the wall or the one before it', () => {
    const instants = fc.integer({ min: 1_767_225_600_000, max: 1_830_297_600_000 });
    const zones = fc.constantFrom('America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kathmandu', 'UTC');
    fc.assert(
      fc.property(instants, zones, fc.integer({ min: 0, max: 6 }), (ms, zone, cutOffHours) => {
        const wall = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
        const date = localDateOf(wall.toInstant(), zone, cutOffHours);
        expect(date.until(wall.toPlainDate()).days).toBe(wall.hour < cutOffHours ? 1 : 0);
      }),
      { seed: 1 },
    );
  });

  it('throws on a zone nobody checked', () => {
    expect(() => dateOf('2026-05-10T00:00:00Z', 'Mars/X')).toThrow('Not a valid time zone');
  });
});

describe('a time zone name', () => {
  it.each([
    'UTC',
    'Etc/UTC',
    'Europe/Berlin',
    'America/Argentina/Buenos_Aires',
    'Asia/Calcutta',
    'Etc/GMT+5',
    'EST5EDT',
  ])('may be %s', (name) => {
    expect(TimeZone.parse(name)).toBe(name);
  });

  it.each([
    'Mars/X',
    '',
    'Z',
    '+02:00',
    '-03',
    '+0530',
    'europe/berlin',
    'utc',
    'Europe/Berlin ',
    'GMT+02:00',
    '2020-01-01T00:00[Europe/Berlin]',
    '2020-01-01T00:00Z',
    'A'.repeat(65),
  ])('may not be %p', (name) => {
    expect(TimeZone.safeParse(name).success).toBe(false);
  });

  it('covers every zone the runtime knows', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((name) => !isTimeZone(name))).toEqual([]);
  });
});
