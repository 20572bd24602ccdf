import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CatchUp } from '../../../shared/ledger/schedule.ts';
import { missedSlots } from '../../../workers/missed-slots.ts';

const at = (time: string) => Temporal.Instant.from(`2026-03-29T${time}Z`);
const hourly = (catchUp: CatchUp, windowHours = 6) => ({ cron: '0 * * * *', catchUp, windowHours });
const missed = (catchUp: CatchUp, fired: readonly Temporal.Instant[], now: string, windowHours?: number) =>
  missedSlots(hourly(catchUp, windowHours), fired, at(now)).map((slot) => slot.toString().slice(11, 16));

describe('missed slots', () => {
  it('are all there were since the last firing', () => {
    expect(missed('all', [at('02:00')], '05:30')).toEqual(['03:00', '04:00', '05:00']);
  });

  it('include gaps between slots that were fired', () => {
    expect(missed('all', [at('01:00'), at('02:00'), at('04:00')], '05:30')).toEqual(['03:00', '05:00']);
  });

  it('reach back no further than the window', () => {
    expect(missed('all', [at('00:00')], '09:30', 3)).toEqual(['07:00', '08:00', '09:00']);
  });

  it('count a slot that falls on this very moment', () => {
    expect(missed('all', [at('02:00')], '03:00')).toEqual(['03:00']);
    expect(missed('all', [at('02:00')], '02:59:59.999')).toEqual([]);
  });

  it('are the newest one alone where that is enough', () => {
    expect(missed('latest', [at('02:00')], '05:30')).toEqual(['05:00']);
    expect(missed('latest', [at('05:00')], '05:30')).toEqual([]);
  });

  it('are the newest one alone for a schedule that has never fired', () => {
    expect(missed('all', [], '05:30')).toEqual(['05:00']);
    expect(missed('latest', [], '05:30')).toEqual(['05:00']);
  });

  it('are none where they lose their use', () => {
    expect(missed('skip', [], '05:30')).toEqual([]);
    expect(missed('skip', [at('02:00')], '05:30')).toEqual([]);
  });

  it('lie in UTC, so that a night of 23 or 25 hours has one slot an hour', () => {
    const crossing = missedSlots(hourly('all', 30), [at('00:00')], at('00:00').add({ hours: 26 }));
    expect(crossing).toHaveLength(26);
  });

  it('together with the fired ones are every slot of the window, each once, oldest first', () => {
    const minutes = fc.integer({ min: 0, max: 180 });
    fc.assert(
      fc.property(fc.uniqueArray(minutes, { minLength: 1 }), fc.integer({ min: 1, max: 3 }), (ago, windowHours) => {
        const now = at('12:00:30');
        const slotAt = (minute: number) => now.subtract({ seconds: 30, minutes: minute });
        const fired = ago.map(slotAt);
        const found = missedSlots({ cron: '* * * * *', catchUp: 'all', windowHours }, fired, now).map(String);
        const first = Math.min(Math.max(...ago), windowHours * 60 - 1);
        const all = Array.from({ length: first + 1 }, (_, minute) => slotAt(first - minute).toString());
        const known = new Set(fired.map(String));
        expect(found).toEqual(all.filter((slot) => !known.has(slot)));
      }),
    );
  });
});
