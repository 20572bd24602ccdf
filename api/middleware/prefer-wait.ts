import { setTimeout as pause } from 'node:timers/promises';
import { findJob, hasEnded, type JobStatus } from '../../shared/ledger/job-status.ts';
import type { Database, Transaction } from '../../shared/platform/database/database.ts';
import type { ApiContext } from '../context.ts';
import type { Reply } from '../endpoint.ts';
import { JobView, viewOfJob } from '../job-view.ts';
import type { Later, RouteSpec } from '../route.ts';
import { guardedAnswer } from './guard.ts';

const MAX_WAIT_SECONDS = 10;
const POLL_MS = 50;

/** The seconds of `Prefer: wait=N` (RFC 7240), at most 10; 0 without one. What is not understood is no preference. */
export function preferredWait(header: string): number {
  const [, seconds] = /(?:^|,)\s*wait\s*=\s*(\d{1,6})\s*(?:$|[,;])/i.exec(header) ?? [];
  return Math.min(Number(seconds ?? 0), MAX_WAIT_SECONDS);
}

/**
 * Where the client prefers to wait and the work is done in time: 200 with the finished resource. In every other case,
 * also when the work failed, the 202 stands, and the job's address tells the rest.
 */
export async function finishedInTime(
  ctx: ApiContext,
  database: Database,
  spec: RouteSpec,
  accepted: Reply,
): Promise<Reply> {
  const seconds = preferredWait(ctx.get('Prefer'));
  const { user } = ctx.state;
  if (!spec.waits || !accepted.later || !user || seconds === 0) return accepted;
  const { jobId, finished } = accepted.later;
  const read = <Result>(work: (tx: Transaction) => Promise<Result>) => database.transaction({ userId: user.id }, work);

  const job = await poll(() => read((tx) => findJob(tx, jobId)), { seconds, gone: goneClient(ctx) });
  const headers = { ...accepted.headers, 'Preference-Applied': `wait=${seconds}` };
  if (job?.state !== 'done') return { ...accepted, headers };
  return { status: 200, headers, body: await finishedBody(spec, job, finished && (() => read(finished))) };
}

const finishedBody = async (
  spec: RouteSpec,
  job: JobStatus,
  finished: (() => ReturnType<NonNullable<Later['finished']>>) | undefined,
) => (finished ? guardedAnswer(spec, spec.response, await finished()) : guardedAnswer(spec, JobView, viewOfJob(job)));

/** The job once it has ended; `null` when it has not in time. No connection is held between two looks. */
async function poll(
  look: () => Promise<JobStatus | null>,
  { seconds, gone }: { seconds: number; gone: AbortSignal },
): Promise<JobStatus | null> {
  const stop = AbortSignal.any([gone, AbortSignal.timeout(seconds * 1000)]);
  while (!stop.aborted) {
    const job = await look();
    if (job && hasEnded(job.state)) return job;
    await pause(POLL_MS, undefined, { signal: stop }).catch(() => {});
  }
  return null;
}

function goneClient(ctx: ApiContext): AbortSignal {
  const controller = new AbortController();
  ctx.res.once('close', () => controller.abort());
  return controller.signal;
}
