/** The numbers streaks are tuned by. `cutOffHours` is the person's own when they have set one. */
export type StreakPolicy = {
  /** Whole hours after midnight that still belong to the day before, 0 to 6. */
  cutOffHours: number;
  /** Missed days forgiven for free in any rolling `graceWindowDays` of one run. */
  graceDays: number;
  graceWindowDays: number;
  /** How late a fact may reach us, and how far a phone's clock may run ahead of ours, for it still to count. */
  backfillDays: number;
  aheadMinutes: number;
};

export const defaultStreakPolicy: StreakPolicy = {
  cutOffHours: 3,
  graceDays: 1,
  graceWindowDays: 7,
  backfillDays: 30,
  aheadMinutes: 5,
};

/**
 * Whether a fact counts. Older ones are stored all the same, but a streak cannot be written years afterwards.
 * Both limits are inclusive. A day of the backfill limit is 24 hours: it bounds how late an upload may be, not a date.
 */
export function countsForStreak(
  occurredAt: Temporal.Instant,
  receivedAt: Temporal.Instant,
  policy: StreakPolicy = defaultStreakPolicy,
): boolean {
  const oldest = receivedAt.subtract({ hours: policy.backfillDays * 24 });
  const newest = receivedAt.add({ minutes: policy.aheadMinutes });
  return Temporal.Instant.compare(occurredAt, oldest) >= 0 && Temporal.Instant.compare(occurredAt, newest) <= 0;
}
