import { describe, expect, it } from '@jest/globals';
import { firedSlots, fireSlot, forgetOldSlots, type Schedule } from '../../../shared/ledger/schedule.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { createLogger } from '../../../shared/platform/telemetry/logger.ts';
import { createMetrics } from '../../../shared/platform/telemetry/metrics.ts';
import { startScheduler } from '../../../workers/scheduler.ts';
import { testContract } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';
import { ledgerFixture } from './ledger-fixture.ts';

const ledger = ledgerFixture();
const plain = testContract('plain');
const logger = createLogger({ service: 't', environment: 'test', level: 'silent', secretKey: 'x'.repeat(32) });

const schedule = (over: Partial<Schedule> = {}): Schedule => ({
  name: 'every-minute',
  cron: '* * * * *',
  contract: plain,
  payload: (slot) => ({ key: slot.toString() }),
  catchUp: 'all',
  windowHours: 1,
  ...over,
});
const minute = (ago: number) =>
  Temporal.Now.instant().round({ smallestUnit: 'minute', roundingMode: 'floor' }).subtract({ minutes: ago });
const scheduler = (schedules: readonly Schedule[], clock = systemClock) =>
  startScheduler({ database: ledger.database, schedules, clock, logger, metrics: createMetrics() });
const keys = async () => (await ledger.rows()).map(({ payload }) => payload.key).sort();

describe('a slot', () => {
  it('is fired once, with its job, by one of many schedulers', async () => {
    const slot = minute(1);
    const fired = await Promise.all(Array.from({ length: 10 }, () => fireSlot(ledger.database, schedule(), slot)));
    expect(fired.filter(Boolean)).toHaveLength(1);
    expect(await keys()).toEqual([slot.toString()]);
  });

  it('is not fired where its job cannot be written', async () => {
    const broken = schedule({ payload: () => ({ key: 7 }) });
    await expect(fireSlot(ledger.database, broken, minute(1))).rejects.toMatchObject({ code: 'invalid_payload' });
    expect(await firedSlots(ledger.database, broken)).toEqual([]);
  });

  it('is remembered for the window and, the newest, for longer', async () => {
    const [old, recent] = [minute(600), minute(5)];
    await fireSlot(ledger.database, schedule(), old);
    expect((await firedSlots(ledger.database, schedule())).map(String)).toEqual([String(old)]);
    await fireSlot(ledger.database, schedule(), recent);
    expect((await firedSlots(ledger.database, schedule())).map(String)).toEqual([String(recent)]);
  });

  it('is forgotten after a month', async () => {
    await fireSlot(ledger.database, schedule(), minute(31 * 24 * 60));
    await forgetOldSlots(ledger.database);
    expect(await firedSlots(ledger.database, schedule())).toEqual([]);
  });
});

describe.each([2, 5])('%i schedulers that start at once', (replicas) => {
  it('catch up every missed slot, each once', async () => {
    await fireSlot(ledger.database, schedule(), minute(12));
    await fireSlot(ledger.database, schedule(), minute(7));
    const running = Array.from({ length: replicas }, () => scheduler([schedule()]));
    const expected = 13;
    await until('all slots are there', async () => (await keys()).length >= expected);
    await Promise.all(running.map((one) => one.close()));
    const slots = await keys();
    expect(new Set(slots).size).toBe(slots.length);
    // The minute may have turned meanwhile.
    expect(slots.length - expected).toBeLessThanOrEqual(1);
  });
});

describe('a scheduler', () => {
  it('catches up the latest slot alone where that is enough, and none where it is not wanted', async () => {
    const latest = schedule({ name: 'latest', catchUp: 'latest' });
    const skipped = schedule({ name: 'skipped', catchUp: 'skip' });
    for (const each of [latest, skipped]) await fireSlot(ledger.database, each, minute(30));
    const before = minute(0);
    const one = scheduler([skipped, latest]);
    await until('the latest is fired', async () => (await keys()).length >= 3);
    await one.close();
    const added = (await keys()).filter((key) => Temporal.Instant.compare(Temporal.Instant.from(key), before) >= 0);
    expect(added.length).toBeGreaterThanOrEqual(1);
    expect((await firedSlots(ledger.database, latest)).length).toBeLessThanOrEqual(3);
  });

  it('fires nothing early though its own clock runs ahead', async () => {
    const ahead = { now: () => systemClock.now().add({ minutes: 5 }) };
    await fireSlot(ledger.database, schedule(), minute(3));
    const one = scheduler([schedule()], ahead);
    await until('the missed slots are there', async () => (await keys()).length >= 4);
    const soon = Temporal.Now.instant().add({ milliseconds: 700 });
    await one.fire(schedule(), soon);
    await one.close();
    const { rows } = await ledger.outside.query(
      'select count(*)::int as early from schedule_fire where fired_at < slot',
    );
    expect(rows).toEqual([{ early: 0 }]);
    expect(await keys()).toContain(soon.toString());
  });

  it('stops waiting for a slot when it is closed', async () => {
    const one = scheduler([]);
    const waiting = one.fire(schedule(), Temporal.Now.instant().add({ hours: 1 }));
    const settled = waiting.then(
      () => 'fired',
      () => 'stopped',
    );
    await one.close();
    expect(await settled).toBe('stopped');
  });
});
