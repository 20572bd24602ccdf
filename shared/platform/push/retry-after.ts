const aDayInMs = 86_400_000;

/**
 * A `Retry-After` header (RFC 9110 §10.2.3: seconds or an HTTP date) as milliseconds from `now`, at most a day.
 * `undefined` where it is missing, unreadable or past.
 */
export function retryAfterMs(header: string | undefined, now: Temporal.Instant): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.epochMilliseconds;
  return ms > 0 ? Math.min(ms, aDayInMs) : undefined;
}
