/** What a zone's clock is ahead of UTC: `offsets[i]`, in seconds, from `changes[i - 1]` on and before `changes[i]`. */
export type ZoneOffsets = { timeZone: string; changes: readonly string[]; offsets: readonly number[] };

/**
 * The offsets of a zone between two instants, so that the database reads its clock as we do: it may have no data of a zone
 * that we know, or other data.
 * @throws RangeError on an unknown zone
 */
export function zoneOffsets(timeZone: string, from: Temporal.Instant, until: Temporal.Instant): ZoneOffsets {
  const changes: string[] = [];
  const offsets: number[] = [];
  let there: Temporal.ZonedDateTime = from.toZonedDateTimeISO(timeZone);
  for (;;) {
    offsets.push(there.offsetNanoseconds / 1e9);
    const next = there.getTimeZoneTransition('next');
    if (!next || Temporal.Instant.compare(next.toInstant(), until) >= 0) return { timeZone, changes, offsets };
    changes.push(next.toInstant().toString());
    there = next;
  }
}
