import type { Transaction } from '../platform/database/database.ts';
import type { JobId } from '../platform/ids.ts';
import { instantSql } from '../platform/time/instant.ts';

export const JOB_STATES = [
  'pending',
  'dispatched',
  'running',
  'retrying',
  'parked',
  'dead',
  'done',
  'cancelled',
  'expired',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A job as its owner may see it. Instants are ISO 8601 in UTC with milliseconds. */
export type JobStatus = {
  id: JobId;
  kind: string;
  state: JobState;
  attempts: number;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  errorCode: string | null;
  result: unknown;
};

/** The job, live or ended, if the transaction's user owns it; row-level security hides everybody else's. */
export async function findJob(tx: Transaction, id: JobId): Promise<JobStatus | null> {
  const [live] = await tx.query<JobStatus>(FIND_LIVE, [id]);
  if (live) return live;
  const [ended] = await tx.query<JobStatus>(FIND_ENDED, [id]);
  return ended ?? null;
}

const instant = (column: string, name: string) => `${instantSql(column)} as "${name}"`;

const FIND_LIVE = `
  select id, kind, state, attempts, ${instant('created_at', 'createdAt')}, ${instant('started_at', 'startedAt')},
         null as "finishedAt", last_error_code as "errorCode", null as result
  from job where id = $1`;

const FIND_ENDED = `
  select id, kind, outcome as state, attempts, ${instant('created_at', 'createdAt')}, ${instant('started_at', 'startedAt')},
         ${instant('finished_at', 'finishedAt')}, null as "errorCode", result
  from job_done where id = $1`;
