import fc from 'fast-check';
import type { Condition, Facts } from '../../../shared/progress/criteria.ts';
import { foldRuns } from '../../../shared/progress/streak.ts';
import { defaultStreakPolicy, type StreakPolicy } from '../../../shared/progress/streak-policy.ts';

/** A fact as achievements see it. `what` is the emotion type, the tool, or the seconds of a valid journal. */
export type Happening = {
  kind: 'checkin' | 'journal' | 'tool';
  at: Temporal.Instant;
  date: Temporal.PlainDate;
  zone: string;
  what: number;
};

export const happening = (kind: Happening['kind'], at: string, what = 1): Happening => {
  const instant = Temporal.Instant.from(at);
  return { kind, at: instant, date: instant.toZonedDateTimeISO('UTC').toPlainDate(), zone: 'UTC', what };
};

/** The metrics told plainly, over all of a history: what a store's queries have to agree with. */
export function factsOf(history: readonly Happening[], policy: StreakPolicy = defaultStreakPolicy): Facts {
  const ordered = history.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
  return (condition) => {
    const series = 'window' in condition && condition.window ? [...windowsOf(ordered, condition.window)] : [ordered];
    const instants = series.map((part) => seriesOf(part, condition, policy));
    const reached = instants.flatMap((list) => list[condition.gte - 1] ?? []).sort(Temporal.Instant.compare);
    return { value: Math.max(0, ...instants.map((list) => list.length)), reachedAt: reached[0] ?? null };
  };
}

/** The instants at which the metric became 1, 2, 3 … */
function seriesOf(ordered: readonly Happening[], condition: Condition, policy: StreakPolicy): Temporal.Instant[] {
  const of = (kind: Happening['kind']) => ordered.filter((fact) => fact.kind === kind);
  switch (condition.metric) {
    case 'checkins':
      return of('checkin').map((fact) => fact.at);
    case 'journals': {
      const least = condition.filter?.minSeconds ?? 0;
      return of('journal').flatMap((fact) => (fact.what >= least ? [fact.at] : []));
    }
    case 'checkin_days':
      return firsts(of('checkin'), dateOf);
    case 'active_days':
      return firsts(condition.filter ? of(condition.filter.kind) : ordered, dateOf);
    case 'distinct_emotions':
      return firsts(of('checkin'), (fact) => fact.what);
    case 'tools_tried':
      return firsts(of('tool'), (fact) => fact.what);
    case 'longest_streak':
      return streakInstants(ordered, policy);
  }
}

function streakInstants(ordered: readonly Happening[], policy: StreakPolicy): Temporal.Instant[] {
  const days = ordered.map((fact) => ({ date: fact.date, zones: [fact.zone] }));
  const runs = foldRuns(days, [], policy);
  const longest = Math.max(0, ...runs.map((run) => run.length));
  return Array.from({ length: longest }, (_, i) => {
    const run = runs.find(({ length }) => length > i);
    const since = ordered.filter((fact) => run && Temporal.PlainDate.compare(fact.date, run.start) >= 0);
    const firstDates = [...new Set(since.map(dateOf))].sort().slice(0, i + 1);
    const instants = firsts(
      since.filter((fact) => firstDates.includes(dateOf(fact))),
      dateOf,
    );
    return instants.at(-1) ?? Temporal.Instant.fromEpochMilliseconds(0);
  });
}

function windowsOf(ordered: readonly Happening[], window: 'week' | 'month'): Iterable<Happening[]> {
  const key = ({ date }: Happening) =>
    window === 'month' ? date.toPlainYearMonth().toString() : `${date.yearOfWeek}-${date.weekOfYear}`;
  return Map.groupBy(ordered, key).values();
}

/** The instant at which each new key was first met. */
function firsts(ordered: readonly Happening[], key: (fact: Happening) => string | number): Temporal.Instant[] {
  return Array.from(Map.groupBy(ordered, key).values(), ([first]) => first?.at).filter((at) => at !== undefined);
}

const dateOf = (fact: Happening) => fact.date.toString();

/** Histories of four weeks, so that no fact is ever too late to count. */
export const somebodysHistory: fc.Arbitrary<Happening[]> = fc.uniqueArray(
  fc
    .record({
      kind: fc.constantFrom('checkin' as const, 'journal' as const, 'tool' as const),
      minute: fc.integer({ min: 0, max: 28 * 24 * 60 - 1 }),
      what: fc.integer({ min: 1, max: 6 }),
    })
    .map(({ kind, minute, what }) => {
      const at = Temporal.Instant.from('2026-03-01T00:00Z').add({ minutes: minute });
      return { kind, at, date: at.toZonedDateTimeISO('UTC').toPlainDate(), zone: 'UTC', what };
    }),
  { maxLength: 40, selector: (fact) => fact.at.toString() },
);
