const EARLIEST = Temporal.Instant.from('2000-01-01T00:00Z');
const AHEAD_MINUTES = 5;

/** What is wrong with when a fact is said to have happened, or null. A phone's clock may run a little ahead of ours. */
export function factTimeProblem(occurredAt: Temporal.Instant, now: Temporal.Instant): string | null {
  if (Temporal.Instant.compare(occurredAt, EARLIEST) < 0) return 'Before the year 2000.';
  if (Temporal.Instant.compare(occurredAt, now.add({ minutes: AHEAD_MINUTES })) > 0)
    return `More than ${AHEAD_MINUTES} minutes ahead of our clock.`;
  return null;
}
