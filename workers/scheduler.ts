import { setTimeout as pause } from 'node:timers/promises';
import cron, { type ScheduledTask } from 'node-cron';
import { firedSlots, fireSlot, ledgerNow, type Schedule } from '../shared/ledger/schedule.ts';
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

export type Scheduler = {
  /** Fires a slot as soon as PostgreSQL's clock has reached it. */
  fire(schedule: Schedule, slot: Temporal.Instant): Promise<void>;
  close(): Promise<void>;
};

const CATCH_UP_AGAIN_MS = 5_000;

/** Every replica ticks; for each slot the row in `schedule_fire` decides which of them fires it. */
export function startScheduler({ database, schedules, clock, logger, metrics }: SchedulerOptions): Scheduler {
  const closing = new AbortController();
  const underway = new Set<Promise<void>>();
  let behind = false;

  const fire = async (schedule: Schedule, slot: Temporal.Instant) => {
    const early = slot.since(await ledgerNow(database)).total('milliseconds');
    if (early > 0) await pause(early, undefined, closing);
    if (await fireSlot(database, schedule, slot))
      logger.debug({ schedule: schedule.name, slot: slot.toString() }, 'A slot fired');
    metrics.scheduleLastSlot.set({ schedule: schedule.name }, slot.epochMilliseconds / 1_000);
  };
  const catchUp = async () => {
    for (const schedule of schedules) {
      const fired = await firedSlots(database, schedule);
      for (const slot of missedSlots(schedule, fired, await ledgerNow(database))) await fire(schedule, slot);
    }
  };
  /** What fails, such as for want of a database, is looked for again among the missed slots. */
  const attempt = (work: () => Promise<void>) => {
    const attempted = work().catch((err: unknown) => {
      if (closing.signal.aborted) return;
      logger.throttled('scheduler', 'error', 'A slot could not be fired; missed slots are looked for again', { err });
      if (!behind) attempt(catchUpLater);
    });
    underway.add(attempted);
    void attempted.finally(() => underway.delete(attempted));
  };
  const catchUpLater = async () => {
    behind = true;
    await pause(CATCH_UP_AGAIN_MS, undefined, closing).finally(() => {
      behind = false;
    });
    await catchUp();
  };

  attempt(catchUp);
  const tasks: ScheduledTask[] = schedules.map((schedule) =>
    cron.schedule(schedule.cron, () => attempt(() => fire(schedule, wholeMinute(clock.now()))), { timezone: 'UTC' }),
  );
  return {
    fire,
    async close() {
      closing.abort();
      await Promise.all(tasks.map((task) => task.destroy()));
      await Promise.all(underway);
    },
  };
}

/** The slot a tick stands for: node-cron fires within the minute's first second, however late the process wakes. */
const wholeMinute = (now: Temporal.Instant): Temporal.Instant =>
  now.round({ smallestUnit: 'minute', roundingMode: 'floor' });
