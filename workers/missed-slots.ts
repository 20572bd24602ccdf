import { CronExpressionParser } from 'cron-parser';
import type { Schedule } from '../shared/ledger/schedule.ts';

/**
 * Slots of a schedule up to now that were not fired and are still worth firing, oldest first. Slots lie in UTC.
 *
 * @param fired slots that were fired, at least those within the window; none at all makes only the newest slot missed
 */
export function missedSlots(
  schedule: Pick<Schedule, 'cron' | 'catchUp' | 'windowHours'>,
  fired: readonly Temporal.Instant[],
  now: Temporal.Instant,
): Temporal.Instant[] {
  if (schedule.catchUp === 'skip') return [];
  const known = new Set(fired.map((slot) => slot.epochMilliseconds));
  const horizon = now.subtract({ hours: schedule.windowHours }).epochMilliseconds;
  // Before the first slot it ever fired a schedule has missed nothing.
  const after = known.size === 0 ? horizon : Math.max(horizon, Math.min(...known));
  const newestOnly = schedule.catchUp === 'latest' || known.size === 0;
  const missed: Temporal.Instant[] = [];
  const cron = CronExpressionParser.parse(schedule.cron, { tz: 'UTC', currentDate: now.epochMilliseconds + 1 });
  for (;;) {
    const slot = cron.prev().getTime();
    if (slot <= after) return missed;
    if (!known.has(slot)) missed.unshift(Temporal.Instant.fromEpochMilliseconds(slot));
    if (newestOnly) return missed;
  }
}
