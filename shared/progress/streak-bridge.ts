import type { ActiveDay, Run } from './run.ts';
import type { StreakPolicy } from './streak-policy.ts';

/**
 * How a run reaches its next active day: the missed days that grace has to forgive for it (often none), or null when the
 * chain breaks between them. A day without activity is no miss when it is frozen or was never lived; every other one
 * has to be forgiven, so there is nothing to choose and the answer is one for all orders of arrival.
 *
 * @param next may lie on or before the run's end (the same day again, or a person who flew back over the date line)
 */
export function bridgeTo(
  run: Run,
  next: ActiveDay,
  frozen: ReadonlySet<string>,
  policy: StreakPolicy,
): Temporal.PlainDate[] | null {
  if (wasNeverLived(run, next)) return [];
  const forgiven: Temporal.PlainDate[] = [];
  for (let day = run.end.add(oneDay); Temporal.PlainDate.compare(day, next.date) < 0; day = day.add(oneDay)) {
    if (frozen.has(day.toString())) continue;
    if (graceSpent([...run.graced, ...forgiven], day, policy) >= policy.graceDays) return null;
    forgiven.push(day);
  }
  return forgiven;
}

/** Days forgiven within the rolling window that ends with `day`. */
function graceSpent(graced: readonly Temporal.PlainDate[], day: Temporal.PlainDate, policy: StreakPolicy): number {
  return graced.filter((earlier) => earlier.until(day).days < policy.graceWindowDays).length;
}

/**
 * A single date that an eastbound traveller skipped, or nearly so: between the end of the date before it, where that was
 * spent, and the start of the date after it, where that began, less than half a day passed. The cut-off moves both ends
 * alike and is left out. Of several zones on one date the kindest count.
 */
function wasNeverLived(run: Run, next: ActiveDay): boolean {
  if (!run.end.add({ days: 2 }).equals(next.date)) return false;
  const left = Math.max(...run.endZones.map((zone) => startOf(run.end.add(oneDay), zone)));
  const arrived = Math.min(...next.zones.map((zone) => startOf(next.date, zone)));
  return arrived - left < neverLivedBelowMs;
}

/** Epoch milliseconds of the first moment of a date, which is not always midnight (Cairo, Santiago). */
const startOf = (date: Temporal.PlainDate, zone: string) => date.toZonedDateTime(zone).epochMilliseconds;

const oneDay = { days: 1 };
const neverLivedBelowMs = 12 * 3_600_000;
