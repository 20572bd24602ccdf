import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import { instantSql, instantText } from '../platform/time/instant.ts';
import { runsAfter, type SpanRow, spanOf } from './active-days-store.ts';
import { type Run, StoredRuns } from './run.ts';
import { readStreak } from './streak.ts';
import { defaultStreakPolicy } from './streak-policy.ts';

/** What a recomputation came to. `grew`: the longest streak is longer than it has been. */
export type StreakChange = { longestStreak: number; grew: boolean };

/**
 * Brings the stored runs in step with the activity, for the price of what changed.
 *
 * The row is locked first, so two recomputations of a person follow each other. The changed dates are taken by a statement
 * of its own and the days read by later ones: whatever fact noted a date is visible by then, and one that is not yet
 * committed leaves its date for the next job, which its own transaction enqueues.
 */
export async function recomputeStreak(tx: Transaction, userId: UserId, now: Temporal.Instant): Promise<StreakChange> {
  const [[row], [changed = NO_SPAN]] = await Promise.all([
    tx.query<{ runs: unknown }>(LOCK, [userId, now.toString()]),
    tx.query<SpanRow>(TAKE_CHANGES, [userId]),
  ]);
  // An account that has been erased has no streak.
  if (!row) return { longestStreak: 0, grew: false };
  const before = row.runs === null ? null : StoredRuns.parse(row.runs);
  const change = spanOf(changed);
  const longestBefore = longestOf(before ?? []);
  if (before && !change) return { longestStreak: longestBefore, grew: false };

  const runs = await runsAfter(tx, userId, before, change);
  const last = runs.at(-1);
  const longestStreak = longestOf(runs);
  await tx.query(STORE, [
    userId,
    JSON.stringify(runs),
    longestStreak,
    last?.end.toString() ?? null,
    last?.endZones.at(-1) ?? null,
    now.toString(),
  ]);
  return { longestStreak, grew: longestStreak > longestBefore };
}

const NO_SPAN: SpanRow = { from: null, to: null };

const longestOf = (runs: readonly Run[]): number => runs.reduce((longest, { length }) => Math.max(longest, length), 0);

// `old` is null where the row was not there: then there are no runs to go on from.
const LOCK = `
  insert into user_streak (user_id, runs, longest_streak, updated_at)
  select id, '[]', 0, $2 from account where id = $1
  on conflict (user_id) do update set user_id = excluded.user_id
  returning old.runs`;

const TAKE_CHANGES = `
  with taken as (delete from streak_change where user_id = $1 returning local_date)
  select min(local_date)::text as from, max(local_date)::text as to from taken`;

const STORE = `
  update user_streak set runs = $2, longest_streak = $3, last_activity_date = $4, last_time_zone = $5, updated_at = $6
  where user_id = $1`;

/** A streak as it is told; `updatedAt` is null for somebody who has done nothing yet. */
export type UserStreak = {
  currentStreak: number;
  longestStreak: number;
  lastActivityDate: string | null;
  updatedAt: string | null;
};

/**
 * The streak as of now, from the stored runs and the changes not yet folded into them: what has just been recorded counts
 * at once, however far behind the workers are.
 *
 * @param phoneZone where the phone says it is; undefined when it does not say
 */
export async function readUserStreak(
  tx: Transaction,
  userId: UserId,
  now: Temporal.Instant,
  phoneZone: string | undefined,
): Promise<UserStreak> {
  const [row] = await tx.query<StreakRow>(READ, [userId]);
  if (!row) throw new Error('a streak is read in the transaction of its own user');
  const change = spanOf(row);
  const stored = row.runs === null ? null : StoredRuns.parse(row.runs);
  const runs = await runsAfter(tx, userId, stored, change);
  const policy = { ...defaultStreakPolicy, cutOffHours: row.cutOffHours };
  const freezes = row.freezes.map((date) => Temporal.PlainDate.from(date));
  const { lastActivityDate, ...lengths } = readStreak(runs, freezes, { now, phoneZone }, policy);
  if (lastActivityDate === null) return { ...lengths, lastActivityDate, updatedAt: row.updatedAt };
  const updatedAt = stored && !change ? row.updatedAt : instantText(now);
  return { ...lengths, lastActivityDate: lastActivityDate.toString(), updatedAt };
}

type StreakRow = SpanRow & { runs: unknown; updatedAt: string | null; cutOffHours: number; freezes: string[] };

const READ = `
  select streak.runs, ${instantSql('streak.updated_at')} as "updatedAt", account.day_cut_off as "cutOffHours",
         changed.from::text as from, changed.to::text as to,
         array(select local_date::text from streak_freeze where user_id = $1) as freezes
  from account
  left join user_streak streak on streak.user_id = account.id
  cross join (select min(local_date) as from, max(local_date) as to from streak_change where user_id = $1) changed
  where account.id = $1`;
