import type { Database } from '../platform/database/database.ts';
import { RELAXED_COMMIT } from '../platform/database/statements.ts';
import type { Dispatch } from './claim.ts';
import type { PoolName } from './contract.ts';
import { KEY_ORDER } from './key-order.ts';

export type MarkedJob = Dispatch & { kind: string; lane: number };

/** How long a dispatched job may stay unclaimed before the relay looks whether the queue still has it, in milliseconds. */
export const DISPATCH_DEADLINE_MS = 15_000;

/**
 * Marks up to `limit` runnable jobs of a pool as dispatched, high lane first, and commits before anything reaches a
 * queue: holding these locks while adding would make workers wait. Losing the commit only marks again.
 */
export async function markDispatched(
  database: Database,
  pool: PoolName,
  limit: number,
  deadlineMs = DISPATCH_DEADLINE_MS,
): Promise<MarkedJob[]> {
  return database.query<MarkedJob>(MARK, [pool, limit, deadlineMs]);
}

// One index range per lane, so that jobs of a higher lane that are not yet due are never read.
const MARK = `
  with ${RELAXED_COMMIT}, due as (
    select found.id from (values (1), (2), (3)) as lanes (lane)
    cross join lateral (
      select id from job
      where pool = $1 and job.lane = lanes.lane and state in ('pending', 'retrying', 'parked') and due_at <= now()
      order by due_at limit $2
      for update skip locked
    ) as found
    limit $2
  ), marked as (
    update job set state = 'dispatched', dispatch = dispatch + 1, ready_at = job.due_at,
      due_at = clock_timestamp() + $3::int * interval '1 millisecond'
    from relaxed where job.id = any(array(select due.id from due))
    returning job.id, job.dispatch, job.kind, job.lane, job.ready_at
  )
  select id, dispatch, kind, lane from marked order by lane, ready_at`;

/** Takes back marks whose jobs could not be handed to the queue. A copy that got there all the same cannot claim. */
export async function unmarkDispatched(database: Database, jobs: readonly Dispatch[], delayMs: number): Promise<void> {
  await database.query(UNMARK, [...numbered(jobs), delayMs]);
}

const numbered = (jobs: readonly Dispatch[]) => [
  jobs.map(({ id }) => id),
  jobs.map(({ id, dispatch }) => `${id}/${dispatch}`),
];

const STILL_DISPATCHED = `
  with mine as (
    select job.id from job
    where job.id = any($1::uuid[]) and job.id || '/' || job.dispatch = any($2::text[])
      and job.state = 'dispatched'
    order by ${KEY_ORDER}
    for no key update
  )`;

const UNMARK = `${STILL_DISPATCHED}
  update job set state = 'pending', due_at = clock_timestamp() + $3::int * interval '1 millisecond'
  where job.id = any(array(select mine.id from mine))`;

/** Dispatched jobs nobody has claimed by their deadline. */
export async function overdueDispatches(
  database: Database,
  pools: readonly PoolName[],
  limit: number,
): Promise<(Dispatch & { pool: PoolName })[]> {
  return database.query(OVERDUE, [pools, limit]);
}

const OVERDUE = `
  select id, dispatch, pool from job where state collate "C" = 'dispatched' and due_at <= now() and pool = any($1::text[])
  order by due_at limit $2`;

/** The queue still has these: look again a deadline later. A deadline alone is no reason to dispatch twice. */
export async function extendDispatches(
  database: Database,
  jobs: readonly Dispatch[],
  deadlineMs = DISPATCH_DEADLINE_MS,
): Promise<void> {
  await database.query(EXTEND, [...numbered(jobs), deadlineMs]);
}

const EXTEND = `${STILL_DISPATCHED}
  update job set due_at = clock_timestamp() + $3::int * interval '1 millisecond'
  where job.id = any(array(select mine.id from mine))`;
