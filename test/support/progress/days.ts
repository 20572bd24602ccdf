import fc from 'fast-check';
import type { ActiveDay, Run } from '../../../shared/progress/run.ts';
import type { StreakPolicy } from '../../../shared/progress/streak-policy.ts';

/** Zones far enough apart for the date line to matter, with two that have no midnight on some nights. */
const zones = [
  'UTC',
  'America/Los_Angeles',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Africa/Cairo',
];

export const date = (text: string) => Temporal.PlainDate.from(text);

/** Active days from a picture: `x` is active, anything else is not. The first character is 1 March 2026. */
export const pictured = (picture: string, zone = 'UTC', first = date('2026-03-01')): ActiveDay[] =>
  [...picture].flatMap((mark, days) => (mark === 'x' ? [{ date: first.add({ days }), zones: [zone] }] : []));

/** The n-th date of a picture, counted from 1. */
export const nth = (n: number) => date('2026-03-01').add({ days: n - 1 });

/** Runs in a form `toEqual` can tell apart. */
export const readable = (runs: readonly Run[]): unknown => JSON.parse(JSON.stringify(runs));

/** Dates within two months, close enough together for graces, freezes and journeys to meet. */
export const someDate = fc.integer({ min: 1, max: 60 }).map(nth);
export const someZone = fc.constantFrom(...zones);
export const someDay: fc.Arbitrary<ActiveDay> = fc
  .tuple(someDate, fc.uniqueArray(someZone, { minLength: 1, maxLength: 2 }))
  .map(([date, zones]) => ({ date, zones }));
export const someHistory = fc.record({
  days: fc.array(someDay, { maxLength: 60 }),
  freezes: fc.array(someDate, { maxLength: 6 }),
});

export const somePolicy: fc.Arbitrary<StreakPolicy> = fc.record({
  cutOffHours: fc.integer({ min: 0, max: 6 }),
  graceDays: fc.integer({ min: 0, max: 3 }),
  graceWindowDays: fc.integer({ min: 1, max: 10 }),
  backfillDays: fc.constant(30),
  aheadMinutes: fc.constant(5),
});
