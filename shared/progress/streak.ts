import { localDateOf } from '../platform/time/local-date.ts';
import type { ActiveDay, Run } from './run.ts';
import { bridgeTo } from './streak-bridge.ts';
import { defaultStreakPolicy, type StreakPolicy } from './streak-policy.ts';

/** What a person is told. All three are of the moment they were read. */
export type Streak = { currentStreak: number; longestStreak: number; lastActivityDate: Temporal.PlainDate | null };

/** The first and the last local date whose activity, zones or freeze may differ from when the runs were folded. */
export type DateSpan = { from: Temporal.PlainDate; to: Temporal.PlainDate };

/**
 * The runs of a history, from scratch: ascending, disjoint, every active day in exactly one.
 *
 * The days are taken from the left. Each either joins the run before it or begins a new one, and that is decided by the
 * run, the day and the freezes between them alone. Grace used is remembered in the run and forgotten with it: a new run
 * starts with all of its grace. A run is therefore a function of the days from its own start on, which is what makes
 * `spliceRuns` exact; if spent grace crossed from one run into the next, every change would reach to the end of history.
 * The price: a backfilled day or a freeze that joins two runs joins their misses too, and the joined run may end sooner
 * than its second half did.
 *
 * @param days in any order; a date given twice counts once, with the zones of both
 * @param freezes local dates that do not have to be lived; a frozen day that was lived counts as any other
 */
export function foldRuns(
  days: Iterable<ActiveDay>,
  freezes: Iterable<Temporal.PlainDate>,
  policy: StreakPolicy = defaultStreakPolicy,
): Run[] {
  return foldUntil(distinctDays(days), frozenDates(freezes), policy, () => false).runs;
}

/**
 * The runs after a change, equal to `foldRuns` over all days as they are now, for the price of the part that changed.
 *
 * Refolds from the run before the change, stops at the first start of a run that also was one and lies after the change
 * (from there on nothing can differ), and splices. Runs outside the refolded part come back as the same objects.
 *
 * @param runs as folded before the change, under the same policy
 * @param change everything that differs lies within it
 * @param days as they are now, at least from `refoldStart(runs, change)` on; earlier ones are ignored
 * @param freezes as they are now, over the same dates
 */
export function spliceRuns(
  runs: readonly Run[],
  change: DateSpan,
  days: Iterable<ActiveDay>,
  freezes: Iterable<Temporal.PlainDate>,
  policy: StreakPolicy = defaultStreakPolicy,
): Run[] {
  const first = firstAffected(runs, change);
  const start = refoldStart(runs, change);
  const current = distinctDays(days).filter(({ date }) => start === null || !isBefore(date, start));
  const unchanged = new Map(
    runs.flatMap((run, index) => (isBefore(change.to, run.start) ? [[run.start.toString(), index] as const] : [])),
  );
  const refolded = foldUntil(current, frozenDates(freezes), policy, (date) => unchanged.has(date.toString()));
  const tail = refolded.stoppedAt === null ? runs.length : unchanged.get(refolded.stoppedAt.toString());
  return [...runs.slice(0, first), ...refolded.runs, ...runs.slice(tail)];
}

/** The first date `spliceRuns` has to know again, or null for all of them. */
export function refoldStart(runs: readonly Run[], change: DateSpan): Temporal.PlainDate | null {
  const first = runs[firstAffected(runs, change)];
  return first !== undefined && isBefore(first.start, change.from) ? first.start : null;
}

/**
 * The streak as of now. Nothing has to run at midnight for it to be right.
 *
 * A streak is alive as long as something done now would continue it. So today is never a miss, and "today" is the kinder
 * of the phone's zone and of the zones of the last active day.
 *
 * @param phoneZone where the phone says it is; leave it out when it does not say
 */
export function readStreak(
  runs: readonly Run[],
  freezes: Iterable<Temporal.PlainDate>,
  at: { now: Temporal.Instant; phoneZone?: string | undefined },
  policy: StreakPolicy = defaultStreakPolicy,
): Streak {
  const last = runs.at(-1);
  if (last === undefined) return { currentStreak: 0, longestStreak: 0, lastActivityDate: null };
  const frozen = frozenDates(freezes);
  const zones = at.phoneZone === undefined ? last.endZones : [at.phoneZone, ...last.endZones];
  const alive = zones.some((zone) => {
    const today = { date: localDateOf(at.now, zone, policy.cutOffHours), zones: [zone] };
    return bridgeTo(last, today, frozen, policy) !== null;
  });
  return {
    currentStreak: alive ? last.length : 0,
    longestStreak: runs.reduce((longest, run) => Math.max(longest, run.length), 0),
    lastActivityDate: last.end,
  };
}

/** Folds ascending days until one that would begin a run is a start the caller already knows; that day is not folded. */
function foldUntil(
  days: readonly ActiveDay[],
  frozen: ReadonlySet<string>,
  policy: StreakPolicy,
  isKnownStart: (date: Temporal.PlainDate) => boolean,
): { runs: Run[]; stoppedAt: Temporal.PlainDate | null } {
  const runs: Run[] = [];
  for (const day of days) {
    const last = runs.at(-1);
    const joined = last && joinedWith(last, day, frozen, policy);
    if (joined) runs[runs.length - 1] = joined;
    else if (isKnownStart(day.date)) return { runs, stoppedAt: day.date };
    else runs.push({ start: day.date, end: day.date, length: 1, graced: [], endZones: day.zones });
  }
  return { runs, stoppedAt: null };
}

function joinedWith(run: Run, day: ActiveDay, frozen: ReadonlySet<string>, policy: StreakPolicy): Run | null {
  const forgiven = bridgeTo(run, day, frozen, policy);
  if (forgiven === null) return null;
  const graced = forgiven.length === 0 ? run.graced : [...run.graced, ...forgiven];
  return { start: run.start, end: day.date, length: run.length + 1, graced, endZones: day.zones };
}

/** The last run that starts before the change: one that starts on the changed date itself may cease to be a start. */
function firstAffected(runs: readonly Run[], change: DateSpan): number {
  return Math.max(
    runs.findLastIndex((run) => isBefore(run.start, change.from)),
    0,
  );
}

function distinctDays(days: Iterable<ActiveDay>): ActiveDay[] {
  const byDate = new Map<string, ActiveDay>();
  for (const day of days) {
    const key = day.date.toString();
    const zones = new Set([...(byDate.get(key)?.zones ?? []), ...day.zones]);
    byDate.set(key, { date: day.date, zones: [...zones].sort() });
  }
  return [...byDate.values()].sort((a, b) => Temporal.PlainDate.compare(a.date, b.date));
}

const frozenDates = (freezes: Iterable<Temporal.PlainDate>): ReadonlySet<string> =>
  new Set(Array.from(freezes, (date) => date.toString()));

const isBefore = (a: Temporal.PlainDate, b: Temporal.PlainDate) => Temporal.PlainDate.compare(a, b) < 0;
