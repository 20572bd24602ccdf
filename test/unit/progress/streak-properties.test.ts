import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ActiveDay, Run } from '../../../shared/progress/run.ts';
import { foldRuns, readStreak, refoldStart, spliceRuns } from '../../../shared/progress/streak.ts';
import type { StreakPolicy } from '../../../shared/progress/streak-policy.ts';
import { readable, someDate, someDay, someHistory, somePolicy, someZone } from '../../support/progress/days.ts';

const { compare } = Temporal.PlainDate;
const distinct = (days: readonly ActiveDay[]) => new Set(days.map((day) => day.date.toString()));
const datesBetween = (first: Temporal.PlainDate, last: Temporal.PlainDate): Temporal.PlainDate[] =>
  Array.from({ length: Math.max(first.until(last).days - 1, 0) }, (_, i) => first.add({ days: i + 1 }));

type Change =
  | { kind: 'record' | 'delete'; days: ActiveDay[] }
  | { kind: 'freeze' | 'thaw'; dates: Temporal.PlainDate[] };

const someChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('record' as const), days: someDays() }) },
  fc.record({ kind: fc.constant('delete' as const), days: someDays() }),
  fc.record({
    kind: fc.constantFrom('freeze' as const, 'thaw' as const),
    dates: fc.array(someDate, { minLength: 1, maxLength: 3 }),
  }),
);

function someDays() {
  return fc.array(someDay, { minLength: 1, maxLength: 4 });
}

/** What is recorded, as a store would hold it; a recorded fact may come twice, a deleted one may never have been. */
function ledgerOfDays() {
  const days = new Map<string, Set<string>>();
  const freezes = new Map<string, Temporal.PlainDate>();
  return {
    days: () => Array.from(days, ([key, zones]) => ({ date: Temporal.PlainDate.from(key), zones: [...zones] })),
    freezes: () => [...freezes.values()],
    apply(change: Change) {
      if ('dates' in change) for (const date of change.dates) setFrozen(date, change.kind === 'freeze');
      else for (const day of change.days) change.kind === 'record' ? record(day) : remove(day);
    },
  };

  function record({ date, zones }: ActiveDay) {
    days.set(date.toString(), new Set([...(days.get(date.toString()) ?? []), ...zones]));
  }
  function remove({ date, zones }: ActiveDay) {
    const left = new Set(days.get(date.toString())).difference(new Set(zones));
    if (left.size > 0) days.set(date.toString(), left);
    else days.delete(date.toString());
  }
  function setFrozen(date: Temporal.PlainDate, frozen: boolean) {
    if (frozen) freezes.set(date.toString(), date);
    else freezes.delete(date.toString());
  }
}

function spanOf(change: Change) {
  const dates = ('days' in change ? change.days.map((day) => day.date) : change.dates).toSorted(compare);
  const [from] = dates;
  const to = dates.at(-1);
  if (from === undefined || to === undefined) throw new Error('an empty change');
  return { from, to };
}

/** The rule itself, told without a fold: which days of a gap nothing but grace can bridge. */
function missesBetween(run: ActiveDay, next: ActiveDay, freezes: readonly Temporal.PlainDate[]): Temporal.PlainDate[] {
  const gap = datesBetween(run.date, next.date);
  const ends = run.zones.map((zone) => run.date.add({ days: 1 }).toZonedDateTime(zone).toInstant());
  const starts = next.zones.map((zone) => next.date.toZonedDateTime(zone).toInstant());
  const travelled = ends.some((end) => starts.some((start) => end.until(start).total('hours') < 12));
  if (gap.length === 1 && travelled) return [];
  return gap.filter((date) => !freezes.some((freeze) => freeze.equals(date)));
}

const breaksGrace = (misses: readonly Temporal.PlainDate[], { graceDays, graceWindowDays }: StreakPolicy) =>
  misses.some(
    (last) => misses.filter((d) => compare(d, last) <= 0 && d.until(last).days < graceWindowDays).length > graceDays,
  );

describe('runs, folded from scratch', () => {
  it('are the same for every order of the days, and for repeated ones', () => {
    fc.assert(
      fc.property(someHistory, somePolicy, fc.infiniteStream(fc.nat()), ({ days, freezes }, policy, keys) => {
        const shuffled = [...days, ...days.slice(0, 5)]
          .map((day) => ({ day, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ day }) => day);
        expect(readable(foldRuns(shuffled, freezes.toReversed(), policy))).toEqual(
          readable(foldRuns(days, freezes, policy)),
        );
      }),
      { seed: 2 },
    );
  });

  it('hold every active day once, and count nothing else', () => {
    fc.assert(
      fc.property(someHistory, somePolicy, ({ days, freezes }, policy) => {
        const runs = foldRuns(days, freezes, policy);
        const active = [...distinct(days)].map((text) => Temporal.PlainDate.from(text));
        const within = (run: Run) =>
          active.filter((d) => compare(run.start, d) <= 0 && compare(d, run.end) <= 0).length;
        expect(runs.map((run) => run.length)).toEqual(runs.map(within));
        expect(runs.reduce((sum, run) => sum + run.length, 0)).toBe(active.length);
      }),
      { seed: 3 },
    );
  });

  it('are unbroken inside and could not be joined: misses within a run keep to the grace, one gap more would not', () => {
    fc.assert(
      fc.property(someHistory, somePolicy, ({ days, freezes }, policy) => {
        const runs = foldRuns(days, freezes, policy);
        const all = mergedByDate(days);
        for (const [index, run] of runs.entries()) {
          const own = all.filter((d) => compare(run.start, d.date) <= 0 && compare(d.date, run.end) <= 0);
          const misses = pairs(own).flatMap(([a, b]) => missesBetween(a, b, freezes));
          expect(run.graced.map(String)).toEqual(misses.map(String));
          expect(breaksGrace(misses, policy)).toBe(false);
          const last = own.at(-1);
          const next = all.find((d) => runs[index + 1]?.start.equals(d.date));
          if (last && next) expect(breaksGrace([...misses, ...missesBetween(last, next, freezes)], policy)).toBe(true);
        }
      }),
      { seed: 4 },
    );
  });
});

describe('runs, spliced after each change', () => {
  it('equal a fold from scratch under any interleaving of recording, backfill, deleting, freezing and repetition', () => {
    fc.assert(
      fc.property(fc.array(someChange, { minLength: 1, maxLength: 40 }), somePolicy, (changes, policy) => {
        const ledger = ledgerOfDays();
        let runs: Run[] = [];
        for (const change of changes) {
          ledger.apply(change);
          const span = spanOf(change);
          const start = refoldStart(runs, span);
          const needed = ledger.days().filter((day) => start === null || compare(day.date, start) >= 0);
          runs = spliceRuns(runs, span, needed, ledger.freezes(), policy);
          expect(readable(runs)).toEqual(readable(foldRuns(ledger.days(), ledger.freezes(), policy)));
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('do not mind days that did not have to be read again', () => {
    fc.assert(
      fc.property(someHistory, someDay, somePolicy, ({ days, freezes }, added, policy) => {
        const span = { from: added.date, to: added.date };
        const all = [...days, added];
        const spliced = spliceRuns(foldRuns(days, freezes, policy), span, all, freezes, policy);
        expect(readable(spliced)).toEqual(readable(foldRuns(all, freezes, policy)));
      }),
      { seed: 6 },
    );
  });
});

describe('a streak, read at any time', () => {
  const someReading = fc.record({
    day: someDate,
    hour: fc.integer({ min: 0, max: 23 }),
    phoneZone: fc.option(someZone, { nil: undefined }),
  });
  const moment = ({ day, hour }: { day: Temporal.PlainDate; hour: number }) =>
    day.toZonedDateTime('UTC').add({ hours: hour }).toInstant();

  it('is never longer than the longest, and that never longer than the days', () => {
    fc.assert(
      fc.property(someHistory, somePolicy, someReading, ({ days, freezes }, policy, reading) => {
        const at = { now: moment(reading), phoneZone: reading.phoneZone };
        const streak = readStreak(foldRuns(days, freezes, policy), freezes, at, policy);
        expect(streak.currentStreak).toBeLessThanOrEqual(streak.longestStreak);
        expect(streak.longestStreak).toBeLessThanOrEqual(distinct(days).size);
        expect(streak.lastActivityDate === null).toBe(days.length === 0);
      }),
      { seed: 7 },
    );
  });

  it('is alive exactly when something recorded now, here or where the last fact was, would continue it', () => {
    fc.assert(
      fc.property(someHistory, somePolicy, someReading, ({ days, freezes }, policy, reading) => {
        const runs = foldRuns(days, freezes, policy);
        const last = runs.at(-1);
        fc.pre(last !== undefined);
        const now = moment(reading);
        const phone = reading.phoneZone === undefined ? [] : [reading.phoneZone];
        const continues = [...last.endZones, ...phone].some((zone) => {
          const wall = now.toZonedDateTimeISO(zone).toPlainDateTime();
          const today = wall.subtract({ hours: policy.cutOffHours }).toPlainDate();
          if (compare(today, last.end) <= 0) return true;
          return foldRuns([...days, { date: today, zones: [zone] }], freezes, policy)
            .at(-1)
            ?.start.equals(last.start);
        });
        const { currentStreak } = readStreak(runs, freezes, { now, phoneZone: reading.phoneZone }, policy);
        expect(currentStreak).toBe(continues ? last.length : 0);
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  it('is not harmed by one more zone, nor revived by time', () => {
    fc.assert(
      fc.property(
        someHistory,
        somePolicy,
        someReading,
        fc.nat({ max: 200 }),
        ({ days, freezes }, policy, reading, hours) => {
          const runs = foldRuns(days, freezes, policy);
          const now = moment(reading);
          const read = (at: Parameters<typeof readStreak>[2]) => readStreak(runs, freezes, at, policy).currentStreak;
          expect(read({ now, phoneZone: reading.phoneZone })).toBeGreaterThanOrEqual(read({ now }));
          expect(read({ now: now.add({ hours }) })).toBeLessThanOrEqual(read({ now }));
        },
      ),
      { seed: 9 },
    );
  });
});

function mergedByDate(days: readonly ActiveDay[]): ActiveDay[] {
  const groups = Map.groupBy(days, (day) => day.date.toString());
  return Array.from(groups, ([text, same]) => ({
    date: Temporal.PlainDate.from(text),
    zones: same.flatMap((d) => d.zones),
  })).sort((a, b) => compare(a.date, b.date));
}

const pairs = <T>(items: readonly T[]): [T, T][] =>
  items.slice(1).flatMap((b, i) => {
    const a = items[i];
    return a === undefined ? [] : [[a, b]];
  });
