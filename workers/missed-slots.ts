import { CronExpressionParser } from 'cron-parser';
import type { Schedule } from '../shared/ledger/schedule.ts';

/**
 * Slots of a schedule between its last firing and now that are still worth firing, oldest first. Slots lie in UTC.
 *
 * @param last the newest slot that was fired; `null` = never, which makes nothing missed but the newest slot
 */
export function missedSlots(
  schedule: Schedule,
  last: Temporal.Instant | null,
  now: Temporal.Instant,
): Temporal.Instant[] {
  if (schedule.catchUp === 'skip') return [];
  const horizon = now.subtract({ hours: schedule.windowHours });
  const after = last && Temporal.Instant.compare(last, horizon) > 0 ? last : horizon;
  const slots: Temporal.Instant[] = [];
  const cron = CronExpressionParser.parse(schedule.cron, { tz: 'UTC', currentDate: now.epochMilliseconds + 1 });
  for (;;) {
    const slot = Temporal.Instant.fromEpochMilliseconds(cron.prev().getTime());
    if (Temporal.Instant.compare(slot, after) <= 0) return slots;
    slots.unshift(slot);
    if (schedule.catchUp === 'latest') return slots;
  }
}
