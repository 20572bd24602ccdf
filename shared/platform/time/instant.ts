import { z } from 'zod';

/**
 * An instant as phones send it, ISO 8601 with `Z` or an offset. Kept to the millisecond, which is what we answer with:
 * a cursor or a comparison must not depend on digits nobody is shown.
 */
export const Instant = z.iso.datetime({ offset: true }).transform((text, context) => {
  const instant = instantOf(text);
  if (instant) return instant;
  context.issues.push({ code: 'invalid_format', format: 'datetime', message: 'Not an instant.', input: text });
  return z.NEVER;
});

function instantOf(text: string): Temporal.Instant | null {
  try {
    const instant = Temporal.Instant.from(text).round({ smallestUnit: 'millisecond', roundingMode: 'floor' });
    const { year } = instant.toZonedDateTimeISO('UTC');
    // PostgreSQL writes years beyond these otherwise than ISO 8601, and an offset may lead there.
    return year >= 1 && year <= 9999 ? instant : null;
  } catch {
    return null;
  }
}

/** An instant as we answer it: UTC, ISO 8601, with milliseconds. */
export const InstantText = z.iso.datetime({ precision: 3 });

/** An instant as `InstantText`. */
export const instantText = (instant: Temporal.Instant): string => instant.toString({ fractionalSecondDigits: 3 });

/** SQL for `InstantText` out of a `timestamptz` expression. */
export const instantSql = (expression: string): string =>
  `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
