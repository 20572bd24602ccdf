import type { Database } from '../platform/database/database.ts';
import { milliseconds } from '../platform/duration.ts';
import { type ErrorClass, errorClassOf, errorCodeOf, isAppError } from '../platform/errors.ts';
import type { Random } from '../platform/random.ts';
import type { ClaimedJob } from './claim.ts';
import type { AnyJobContract } from './contract.ts';

/** What a failed attempt means for its job. `delayMs` counts from PostgreSQL's now. */
export type FailureDecision =
  | { state: 'dead'; code: string; errorClass: ErrorClass }
  | { state: 'retrying'; code: string; errorClass: ErrorClass; delayMs: number }
  | { state: 'parked'; code: string; errorClass: ErrorClass; delayMs: number };

/** Parking spends no attempt: the other side asked for a pause, the job did nothing wrong. */
const DEFAULT_PARK_MS = 60_000;

/**
 * Equal jitter (Brooker 2015, "Exponential Backoff And Jitter"): half of a doubling ceiling, and as much again by chance.
 * Jobs that failed together do not come back together, and none comes back at once, as full jitter would let it.
 */
export function backOffMs(retry: AnyJobContract['retry'], attempt: number, random: Random): number {
  const ceiling = Math.min(milliseconds(retry.maxDelay), milliseconds(retry.firstDelay) * 2 ** (attempt - 1));
  return Math.round(ceiling * (0.5 + 0.5 * random()));
}

export function decideFailure(
  error: unknown,
  contract: AnyJobContract,
  job: Pick<ClaimedJob, 'attempts' | 'crashes'>,
  random: Random,
): FailureDecision {
  const errorClass = errorClassOf(error);
  const code = errorCodeOf(error);
  if (errorClass === 'permanent' || errorClass === 'poison') return { state: 'dead', code, errorClass };
  if (errorClass === 'throttled') {
    const delayMs = (isAppError(error) ? error.retryAfterMs : undefined) ?? DEFAULT_PARK_MS;
    return { state: 'parked', code, errorClass, delayMs };
  }
  const spent = job.attempts - job.crashes;
  if (spent >= contract.retry.attempts) return { state: 'dead', code, errorClass };
  return { state: 'retrying', code, errorClass, delayMs: backOffMs(contract.retry, spent, random) };
}

/** Writes the decision and the attempt, if the fence still holds. Gives back whether it did. */
export async function failJob(
  database: Database,
  job: ClaimedJob,
  decision: FailureDecision,
  runMs: number,
): Promise<boolean> {
  const delayMs = 'delayMs' in decision ? decision.delayMs : 0;
  const rows = await database.query(FAIL, [
    job.id,
    job.fence,
    decision.state,
    delayMs,
    decision.code,
    decision.errorClass,
    job.waitMs,
    runMs,
  ]);
  return rows.length === 1;
}

const FAIL = `
  with failed as (
    update job set state = $3, due_at = clock_timestamp() + $4::float8 * interval '1 millisecond',
      ready_at = clock_timestamp() + $4::float8 * interval '1 millisecond',
      attempts = attempts - ($3 = 'parked')::int, last_error_code = $5, last_error_class = $6
    where id = $1 and fence = $2 and state = 'running'
    returning *
  ), tried as (
    insert into job_attempt (job_id, kind, pool, attempt, fence, worker, outcome, error_code, error_class, wait_ms, run_ms, started_at, finished_at)
    select id, kind, pool, attempts + ($3 = 'parked')::int, fence, worker, $3, $5, $6, $7, $8, started_at, clock_timestamp() from failed
  )
  select id from failed`;

/** Gives a job back untouched (a shutdown, or a payload newer than this worker): no attempt is spent. */
export async function handBackJob(
  database: Database,
  job: Pick<ClaimedJob, 'id' | 'fence'>,
  delayMs = 0,
): Promise<void> {
  await database.query(HAND_BACK, [job.id, job.fence, delayMs]);
}

const HAND_BACK = `
  update job set state = 'pending', attempts = attempts - 1, fence = fence + 1, worker = null,
    due_at = clock_timestamp() + $3::float8 * interval '1 millisecond'
  where id = $1 and fence = $2 and state = 'running'
  returning id`;
