import type { Database } from '../platform/database/database.ts';
import { RELAXED_COMMIT } from '../platform/database/statements.ts';
import type { JobId, UserId } from '../platform/ids.ts';
import { KEY_ORDER } from './key-order.ts';

/** A dispatch as a queue carries it: which job, and the relay's number for this going-out. */
export type Dispatch = { id: JobId; dispatch: number };

/** A job this process may work on. Its end must still carry `fence`: whoever claims later makes it stale. */
export type ClaimedJob = {
  id: JobId;
  kind: string;
  version: number;
  pool: string;
  subject: UserId | null;
  payload: unknown;
  fence: number;
  attempts: number;
  crashes: number;
  createdAt: string;
  traceParent: string | null;
  requestId: string | null;
  /** Milliseconds between the moment it could have run and this claim. */
  waitMs: number;
};

/** After this many lost workers the job itself is suspected. */
export const MAX_CRASHES = 5;
/** How long a claim holds without renewal, in milliseconds. */
export const LEASE_MS = 15_000;

/**
 * Claims, in one statement that is its own transaction, every dispatch that is still current.
 *
 * A dispatch number the relay has since replaced gets nothing. A row that is already running under the same dispatch
 * was handed out again by the queue because its worker went silent: it is taken over, and that counts as a crash. One that
 * has crashed before is left to the sweep of leases, which keeps it away from those it crashed with.
 * Losing this commit only dispatches again, so it need not wait for the disk.
 */
export async function claimJobs(
  database: Database,
  dispatches: readonly Dispatch[],
  worker: string,
  leaseMs = LEASE_MS,
): Promise<ClaimedJob[]> {
  return database.query<ClaimedJob>(CLAIM, [
    dispatches.map((d) => d.id),
    dispatches.map((d) => `${d.id}/${d.dispatch}`),
    worker,
    leaseMs,
  ]);
}

// The ids find the rows, whatever the planner believes of the table; one id may come with two dispatch numbers.
// Rows are locked in the order in which transactions write their enqueued keys: a batch that locked two of them the
// other way round would deadlock with a transaction that asks for both.
const CLAIM = `
  with ${RELAXED_COMMIT}, current as (
    select job.id from job
    where job.id = any($1::uuid[]) and job.id || '/' || job.dispatch = any($2::text[])
      and (job.state = 'dispatched' or job.state = 'running' and job.crashes = 0)
      and (job.expires_at is null or job.expires_at > now())
    order by ${KEY_ORDER}
    for no key update
  )
  update job set
    state = 'running', fence = job.fence + 1, attempts = job.attempts + 1,
    crashes = job.crashes + (job.state = 'running')::int,
    live_key = null, worker = $3, started_at = clock_timestamp(),
    due_at = clock_timestamp() + $4::int * interval '1 millisecond'
  from relaxed where job.id = any(array(select current.id from current))
  returning job.id, job.kind, job.version, job.pool, job.subject, job.payload, job.fence, job.attempts, job.crashes,
    job.created_at as "createdAt", job.trace_parent as "traceParent", job.request_id as "requestId",
    (extract(epoch from (clock_timestamp() - job.ready_at)) * 1000)::float8 as "waitMs"`;
