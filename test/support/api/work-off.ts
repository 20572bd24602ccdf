import { claimJobs } from '../../../shared/ledger/claim.ts';
import { finishJob } from '../../../shared/ledger/finish.ts';
import type { Database } from '../../../shared/platform/database/database.ts';
import type { JobId } from '../../../shared/platform/ids.ts';

/** Does a job as a worker would, without a relay and a queue: claims it and ends it with `result`. */
export async function workOff(worker: Database, id: JobId, result: unknown): Promise<void> {
  const [row] = await worker.query<{ dispatch: number }>(DISPATCH, [id]);
  const [job] = row ? await claimJobs(worker, [{ id, dispatch: row.dispatch }], 'test') : [];
  if (!job) throw new Error('there is no such job to work off');
  await worker.transaction({ userId: job.subject }, async (tx) => finishJob(tx, job, result, { waitMs: 0, runMs: 0 }));
}

const DISPATCH = `
  update job set state = 'dispatched', dispatch = dispatch + 1, ready_at = now() where id = $1 returning dispatch`;
