/** By the wall clock where the check-in was made: morning from 5, afternoon from 12, evening from 17, night from 22 o'clock. */
export const partsOfDay = ['morning', 'afternoon', 'evening', 'night'] as const;
export type PartOfDay = (typeof partsOfDay)[number];

export function partOfHour(hour: number): PartOfDay {
  if (hour < 5 || hour >= 22) return 'night';
  if (hour < 12) return 'morning';
  return hour < 17 ? 'afternoon' : 'evening';
}

type SteadyOffset = { fromMs: number; toMs: number; offsetMs: number };

/**
 * Reads parts of day. What a zone's clock is set to is looked up once between two changes of it, which makes it cheap for
 * check-ins in order of time, whichever way.
 * @throws RangeError on an unknown zone
 */
export function partOfDayReader(): (occurredAtMs: number, timeZone: string) => PartOfDay {
  const known = new Map<string, SteadyOffset>();
  return (occurredAtMs, timeZone) => {
    let steady = known.get(timeZone);
    if (!steady || occurredAtMs < steady.fromMs || occurredAtMs >= steady.toMs) {
      steady = steadyOffset(occurredAtMs, timeZone);
      known.set(timeZone, steady);
    }
    return partOfHour(hourOf(occurredAtMs + steady.offsetMs));
  };
}

const HOUR_MS = 3_600_000;

const hourOf = (wallClockMs: number): number => ((Math.floor(wallClockMs / HOUR_MS) % 24) + 24) % 24;

function steadyOffset(ms: number, timeZone: string): SteadyOffset {
  const there = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(timeZone);
  // A change at this very instant counts as the last one, not as the next.
  const last = there.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  return {
    fromMs: last?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    toMs: there.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: there.offsetNanoseconds / 1e6,
  };
}
