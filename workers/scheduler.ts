import cron, { type ScheduledTask } from 'node-cron';
import { fireSlot, lastFired, type Schedule } from '../shared/ledger/schedule.ts';
import type { Clock } from '../shared/platform/clock.ts';
import type { Database } from '../shared/platform/database/database.ts';
import type { Logger } from '../shared/platform/telemetry/logger.ts';
import type { Metrics } from '../shared/platform/telemetry/metrics.ts';
import { missedSlots } from './missed-slots.ts';

export type SchedulerOptions = {
  database: Database;
  schedules: readonly Schedule[];
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
};

/** Every replica ticks; for each slot the row in `schedule_fire` decides which of them fires it. */
export function startScheduler({ database, schedules, clock, logger, metrics }: SchedulerOptions): {
  close(): Promise<void>;
} {
  const underway = new Set<Promise<void>>();
  const fire = async (schedule: Schedule, slot: Temporal.Instant) => {
    try {
      if (await fireSlot(database, schedule, slot))
        logger.debug({ schedule: schedule.name, slot: slot.toString() }, 'A slot fired');
      metrics.scheduleLastSlot.set({ schedule: schedule.name }, slot.epochMilliseconds / 1_000);
    } catch (error) {
      logger.error(
        { schedule: schedule.name, slot: slot.toString(), err: error },
        'A slot could not be fired; it is caught up on the next start',
      );
    }
  };
  const track = (work: Promise<void>) => {
    underway.add(work);
    void work.finally(() => underway.delete(work));
  };
  const catchUp = async () => {
    for (const schedule of schedules) {
      const last = await lastFired(database, schedule.name);
      for (const slot of missedSlots(schedule, last, clock.now())) await fire(schedule, slot);
    }
  };
  track(catchUp().catch((error: unknown) => logger.error({ err: error }, 'Missed slots could not be caught up')));
  const tasks: ScheduledTask[] = schedules.map((schedule) =>
    cron.schedule(schedule.cron, () => track(fire(schedule, wholeMinute(clock.now()))), { timezone: 'UTC' }),
  );
  return {
    async close() {
      await Promise.all(tasks.map((task) => task.destroy()));
      await Promise.all(underway);
    },
  };
}

/** The slot a tick stands for: node-cron fires within the minute's first second, however late the process wakes. */
const wholeMinute = (now: Temporal.Instant): Temporal.Instant =>
  now.round({ smallestUnit: 'minute', roundingMode: 'floor' });
