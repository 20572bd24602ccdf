/** `20130524T000000Z`, as SigV4 writes an instant. */
export const amzDate = (instant: Temporal.Instant) =>
  instant.round({ smallestUnit: 'second', roundingMode: 'floor' }).toString().replace(/[-:]/g, '');

/** The instant of a SigV4 timestamp, or `undefined` where it is not one. */
export const instantOfAmzDate = (text: string): Temporal.Instant | undefined =>
  /^\d{8}T\d{6}Z$/.test(text) ? instantOf(text) : undefined;

/** `2013-05-24T00:00:00.000Z`, as S3 writes an instant in XML. */
export const xmlDate = (instant: Temporal.Instant) => instant.toString({ fractionalSecondDigits: 3 });

/** `Fri, 24 May 2013 00:00:00 GMT` (RFC 9110 §5.6.7). */
export function httpDate(instant: Temporal.Instant): string {
  const utc = instant.toZonedDateTimeISO('UTC');
  const [day, time] = [String(utc.day).padStart(2, '0'), utc.toPlainTime().toString({ smallestUnit: 'second' })];
  return `${weekdays[utc.dayOfWeek - 1]}, ${day} ${months[utc.month - 1]} ${utc.year} ${time} GMT`;
}

/** The instant of an HTTP date, or `undefined` where it is not one. */
export function instantOfHttpDate(text: string): Temporal.Instant | undefined {
  const match = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT$/.exec(text);
  if (!match) return undefined;
  const [, day, monthName = '', year, time] = match;
  return instantOf(`${year}-${String(months.indexOf(monthName) + 1).padStart(2, '0')}-${day}T${time}Z`);
}

function instantOf(text: string): Temporal.Instant | undefined {
  try {
    return Temporal.Instant.from(text);
  } catch {
    return undefined;
  }
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
