import type { Transaction } from '../platform/database/database.ts';
import { sqlStateOf } from '../platform/database/errors.ts';
import type { ClaimedJob } from './claim.ts';

export type AttemptTimes = { waitMs: number; runMs: number };

/** SQLSTATE raised when the row's fence is no longer the caller's. */
const STALE_FENCE = 'AM001';

/** Whether a transaction failed because somebody else has claimed, cancelled or ended the job meanwhile. */
export const isStaleFence = (error: unknown): boolean => sqlStateOf(error) === STALE_FENCE;

/**
 * Ends the job in the effect's own transaction: the row moves from `job` to `job_done` and its attempt is written.
 *
 * Goes out together with the COMMIT. Where the fence is stale the statement raises, so that COMMIT rolls the effect
 * back as well: the effect and the end happen together or not at all.
 */
export function finishJob(tx: Transaction, job: ClaimedJob, result: unknown, times: AttemptTimes): void {
  tx.atCommit(FINISH, [
    job.id,
    job.fence,
    result === undefined ? null : JSON.stringify(result),
    times.waitMs,
    times.runMs,
  ]);
}

const FINISH = `
  with gone as (
    delete from job where id = $1 and fence = $2 and state = 'running' returning *
  ), kept as (
    insert into job_done (id, kind, version, pool, lane, subject, payload, attempts, crashes, outcome, result, trace_parent,
                          request_id, created_at, started_at, finished_at)
    select id, kind, version, pool, lane, subject, payload, attempts, crashes, 'done', $3::jsonb, trace_parent,
           request_id, created_at, started_at, clock_timestamp() from gone
  ), tried as (
    insert into job_attempt (job_id, kind, pool, attempt, fence, worker, outcome, wait_ms, run_ms, started_at, finished_at)
    select id, kind, pool, attempts, fence, worker, 'done', $4, $5, started_at, clock_timestamp() from gone
  )
  select ledger_require_fence((select count(*) from gone))`;
