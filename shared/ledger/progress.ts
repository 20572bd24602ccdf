import type { Database } from '../platform/database/database.ts';
import { RELAXED_COMMIT } from '../platform/database/statements.ts';
import type { ClaimedJob } from './claim.ts';

/** How much of the work is done, in whatever units it has. */
export type JobProgress = { done: number; total: number };

/**
 * Writes how far a running job is; the row, and with it the progress, goes when the job ends. `false`: it is no longer the
 * caller's. Losing this commit loses nothing but a moment, so it need not wait for the disk.
 */
export async function writeProgress(
  database: Database,
  job: Pick<ClaimedJob, 'id' | 'fence'>,
  { done, total }: JobProgress,
): Promise<boolean> {
  const rows = await database.query(WRITE, [job.id, job.fence, Math.round(done), Math.round(total)]);
  return rows.length === 1;
}

const WRITE = `
  with ${RELAXED_COMMIT}
  update job set progress_done = $3, progress_total = $4 from relaxed
  where id = $1 and fence = $2 and state = 'running' returning id`;
