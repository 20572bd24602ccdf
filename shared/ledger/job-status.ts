import type { Transaction } from '../platform/database/database.ts';
import type { JobId, UserId } from '../platform/ids.ts';
import { instantSql } from '../platform/time/instant.ts';
import type { JobProgress } from './progress.ts';

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

/** Whether nothing more happens to a job in that state by itself. */
export const hasEnded = (state: string): boolean => ENDED.has(state);

const ENDED: ReadonlySet<string> = new Set<JobState>(['done', 'dead', 'cancelled', 'expired']);

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
  /** While it runs, where its kind tells. */
  progress: JobProgress | null;
};

/** The job, live or ended, if the transaction's user owns it; row-level security hides everybody else's. */
export async function findJob(tx: Transaction, id: JobId): Promise<JobStatus | null> {
  const [live] = await tx.query<JobStatus>(FIND_LIVE, [id]);
  if (live) return live;
  const [ended] = await tx.query<JobStatus>(FIND_ENDED, [id]);
  return ended ?? null;
}

const instant = (column: string, name: string) => `${instantSql(column)} as "${name}"`;

const PROGRESS = `
  case when progress_total is not null then jsonb_build_object('done', progress_done, 'total', progress_total) end as progress`;

const FIND_LIVE = `
  select id, kind, state, attempts, ${instant('created_at', 'createdAt')}, ${instant('started_at', 'startedAt')},
         null as "finishedAt", last_error_code as "errorCode", null as result, ${PROGRESS}
  from job where id = $1`;

const FIND_ENDED = `
  select id, kind, outcome as state, attempts, ${instant('created_at', 'createdAt')}, ${instant('started_at', 'startedAt')},
         ${instant('finished_at', 'finishedAt')}, null as "errorCode", result, null as progress
  from job_done where id = $1`;

/** What is told of a job while it is followed. */
export type FollowedJob = Pick<JobStatus, 'id' | 'kind' | 'state' | 'progress'>;

/** The followed jobs of the transaction's user that are under way, and of `ids` also those that have ended or are dead. */
export async function followedJobs(tx: Transaction, userId: UserId, ids: readonly JobId[]): Promise<FollowedJob[]> {
  const live = await tx.query<FollowedJob>(FOLLOWED_LIVE, [userId, ids]);
  const known = new Set(live.map(({ id }) => id));
  const gone = ids.filter((id) => !known.has(id));
  return gone.length === 0 ? live : [...live, ...(await tx.query<FollowedJob>(FOLLOWED_ENDED, [gone]))];
}

const FOLLOWED_LIVE = `
  select id, kind, state, ${PROGRESS} from job
  where subject = $1 and followed and (state <> 'dead' or id = any($2::uuid[])) order by id`;

const FOLLOWED_ENDED = `
  select id, kind, outcome as state, null as progress from job_done where id = any($1::uuid[]) order by id`;
