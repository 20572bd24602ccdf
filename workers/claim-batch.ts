import { type ClaimedJob, claimJobs, type Dispatch } from '../shared/ledger/claim.ts';
import type { Database } from '../shared/platform/database/database.ts';

/** Claims one dispatch; `null` where somebody else has it, it was replaced, cancelled or has expired. */
export type Claim = (dispatch: Dispatch) => Promise<ClaimedJob | null>;

/** Claims that arrive in the same turn of the event loop go out as one statement. */
export function batchedClaims(database: Database, worker: string, leaseMs?: number): Claim {
  let waiting: { dispatch: Dispatch; resolve: (job: ClaimedJob | null) => void; reject: (error: unknown) => void }[] =
    [];

  const flush = async () => {
    const batch = waiting;
    waiting = [];
    try {
      const claimed = await claimJobs(
        database,
        batch.map((entry) => entry.dispatch),
        worker,
        leaseMs,
      );
      const byId = new Map(claimed.map((job) => [job.id, job]));
      for (const { dispatch, resolve } of batch) resolve(byId.get(dispatch.id) ?? null);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  return (dispatch) =>
    new Promise((resolve, reject) => {
      waiting.push({ dispatch, resolve, reject });
      if (waiting.length === 1) setImmediate(flush);
    });
}
