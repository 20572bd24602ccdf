import type { Database, Transaction } from '../platform/database/database.ts';
import type { JobId } from '../platform/ids.ts';
import { type Followed, tellFollowers } from './followers.ts';

/** Where cancelled ids are announced, so that a worker in the middle of one can stop early. */
export const CANCEL_CHANNEL = 'amira_cancel';

/**
 * Ends a job whatever it is doing: waiting, delayed, retrying, dead or running. A running one finds its row gone when
 * it tries to end, and rolls back; the message is a courtesy that stops it sooner. `false`: there was no such job.
 */
export async function cancelJob(database: Database, id: JobId): Promise<boolean> {
  const rows = await database.query<{ running: boolean } & Followed>(CANCEL, [id]);
  tellFollowers(database, rows);
  if (rows[0]?.running) await database.query('select pg_notify($1, $2)', [CANCEL_CHANNEL, id]);
  return rows.length === 1;
}

const CANCEL = `
  with gone as (
    delete from job where id = $1 returning *
  ), kept as (
    insert into job_done (id, kind, version, pool, lane, subject, payload, attempts, crashes, outcome, trace_parent,
                          request_id, created_at, started_at, finished_at)
    select id, kind, version, pool, lane, subject, payload, attempts, crashes, 'cancelled', trace_parent,
           request_id, created_at, started_at, clock_timestamp() from gone
  )
  select id, subject, followed, state = 'running' as running from gone`;

/**
 * Sends a dead letter through again, with fresh attempts. Safe to repeat: only a dead row moves, and its fence moves
 * with it. `false`: the job is not dead.
 */
export async function replayJob(tx: Transaction, id: JobId): Promise<boolean> {
  const rows = await tx.query<{ pool: string } & Followed>(REPLAY, [id]);
  tellFollowers(tx, rows);
  for (const row of rows) tx.announce(row.pool);
  return rows.length === 1;
}

const REPLAY = `
  update job set state = 'pending', attempts = 0, crashes = 0, fence = fence + 1, due_at = now(), ready_at = now(),
    expires_at = null
  where id = $1 and state = 'dead' returning pool, id, subject, followed`;
