import { z } from 'zod';

/**
 * The day a fact belongs to for the person who recorded it.
 *
 * The cut-off is taken off the wall clock, not off the instant: on a 25-hour night "three in the morning" is still three
 * on the clock, so a day never closes twice or an hour early because the clocks were changed.
 *
 * @param instant when it happened
 * @param timeZone IANA name of the zone it happened in; an unknown name throws a RangeError, so parse with `TimeZone` first
 * @param cutOffHours whole hours after midnight that still belong to the day before, 0 to 6
 */
export function localDateOf(instant: Temporal.Instant, timeZone: string, cutOffHours: number): Temporal.PlainDate {
  const wallClock = instant.toZonedDateTimeISO(timeZone).toPlainDateTime();
  return wallClock.subtract({ hours: cutOffHours }).toPlainDate();
}

/** The name of a time zone in the IANA data, spelled as there. */
export const TimeZone = z.string().max(64).refine(isTimeZone, { error: 'Not an IANA time zone name.' });
export type TimeZone = z.infer<typeof TimeZone>;

/**
 * True for IANA names, old links such as `Asia/Calcutta` included. Offsets (`+02:00`) are refused: they do not know the
 * summer time of the place. Another spelling (`europe/berlin`) is refused, so that one zone is stored in one way.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return epoch.toZonedDateTimeISO(name).timeZoneId === name;
  } catch {
    return false;
  }
}

const epoch = Temporal.Instant.fromEpochMilliseconds(0);
