import type { Database } from '../platform/database/database.ts';
import { MAX_CRASHES } from './claim.ts';
import { type Followed, tellFollowers } from './followers.ts';

export type SweptLeases = { lost: number; dead: number };

/**
 * Takes running jobs whose lease has run out away from their silent workers: a crash is counted, the fence moves on so
 * that a worker that was only stopped cannot finish, and the job goes again; after `MAX_CRASHES` it is dead. From its second
 * crash on it waits a random while first, longer each time: what only ran beside a job that kills its worker does not meet
 * it every time.
 */
export async function sweepLeases(database: Database, limit = 500): Promise<SweptLeases> {
  const rows = await database.query<{ state: string } & Followed>(SWEEP_LEASES, [MAX_CRASHES, limit]);
  tellFollowers(database, rows);
  return { lost: rows.length, dead: rows.filter((row) => row.state === 'dead').length };
}

const SWEEP_LEASES = `
  with silent as (
    select id, case when crashes > 0 then random() * 2 ^ (crashes - 1) else 0 end * interval '1 second' as pause
    from job where state collate "C" = 'running' and due_at <= now() order by due_at limit $2 for update skip locked
  ), swept as (
    update job set
      crashes = crashes + 1, fence = fence + 1,
      state = case when crashes + 1 >= $1 then 'dead' else 'retrying' end,
      due_at = now() + pause, ready_at = now() + pause, last_error_code = 'worker_lost', last_error_class = 'transient'
    from silent where job.id = silent.id
    returning job.*
  ), tried as (
    insert into job_attempt (job_id, kind, pool, attempt, fence, worker, outcome, error_code, error_class, started_at, finished_at)
    select id, kind, pool, attempts, fence - 1, worker, 'crashed', 'worker_lost', 'transient', started_at, clock_timestamp() from swept
  )
  select id, subject, followed, state from swept`;

/** Ends jobs that were not started before they lost their use. Gives back how many. */
export async function sweepExpired(database: Database, limit = 500): Promise<number> {
  const rows = await database.query<Followed>(SWEEP_EXPIRED, [limit]);
  tellFollowers(database, rows);
  return rows.length;
}

const SWEEP_EXPIRED = `
  with late as (
    select id from job where expires_at <= now() and state in ('pending', 'retrying', 'parked', 'dispatched')
    limit $1 for update skip locked
  ), gone as (
    delete from job where job.id = any(array(select late.id from late)) returning job.*
  ), kept as (
    insert into job_done (id, kind, version, pool, lane, subject, payload, attempts, crashes, outcome, trace_parent, request_id,
                          created_at, started_at, finished_at)
    select id, kind, version, pool, lane, subject, payload, attempts, crashes, 'expired', trace_parent, request_id,
           created_at, started_at, clock_timestamp() from gone
  )
  select id, subject, followed from gone`;
