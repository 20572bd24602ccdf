/**
 * The instant of a date and a time on the clock of a zone, `null` where they are none. A time that the clocks skipped is
 * moved forward by as much, of one that they showed twice the first is meant.
 *
 * @param date `2026-03-29`
 */
export function localInstant(date: string, time: Temporal.PlainTime, timeZone: string): Temporal.Instant | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null;
  try {
    return Temporal.PlainDate.from(date).toPlainDateTime(time).toZonedDateTime(timeZone).toInstant();
  } catch {
    return null;
  }
}

/** A time as a clock shows it: `14:30`, or `2:30 pm` with whatever blank between; `null` for anything else. */
export function wallClock(time: string): Temporal.PlainTime | null {
  const [, hour, minute, half] = /^(\d{1,2}):(\d{2})(?:\s*([ap])\.?\s?m\.?)?$/i.exec(time) ?? [];
  if (hour === undefined || minute === undefined) return null;
  const hours = half === undefined ? Number(hour) : hourOfDay(Number(hour), half.toLowerCase() === 'p');
  if (hours === null || hours > 23 || Number(minute) > 59) return null;
  return Temporal.PlainTime.from({ hour: hours, minute: Number(minute) });
}

const hourOfDay = (hour: number, isAfternoon: boolean): number | null =>
  hour < 1 || hour > 12 ? null : (hour % 12) + (isAfternoon ? 12 : 0);
