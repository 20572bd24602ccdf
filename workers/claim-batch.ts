import { type ClaimedJob, claimJobs, type Dispatch } from '../shared/ledger/claim.ts';
import type { Database } from '../shared/platform/database/database.ts';

/** Claims one dispatch; `null` where somebody else has it, it was replaced, cancelled or has expired. */
export type Claim = (dispatch: Dispatch) => Promise<ClaimedJob | null>;

type Waiting = { dispatch: Dispatch; resolve: (job: ClaimedJob | null) => void; reject: (error: unknown) => void };

/** A claim that meets a locked row waits for it; those behind it go ahead by themselves after so long. */
const PATIENCE_MS = 5;

/** Claims that arrive in the same turn of the event loop, or while another claim is under way, go out as one statement. */
export function batchedClaims(database: Database, worker: string, leaseMs?: number): Claim {
  let waiting: Waiting[] = [];
  let underWay = 0;
  let patience: NodeJS.Timeout | undefined;

  const flush = async () => {
    clearTimeout(patience);
    patience = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    underWay += 1;
    await claimBatch(database, worker, leaseMs, batch);
    underWay -= 1;
    await flush();
  };
  return (dispatch) =>
    new Promise((resolve, reject) => {
      waiting.push({ dispatch, resolve, reject });
      if (waiting.length > 1) return;
      if (underWay === 0) setImmediate(flush);
      else patience = setTimeout(flush, PATIENCE_MS);
    });
}

async function claimBatch(
  database: Database,
  worker: string,
  leaseMs: number | undefined,
  batch: readonly Waiting[],
): Promise<void> {
  const newest = newestPerJob(batch.map((entry) => entry.dispatch));
  try {
    const claimed = await claimJobs(database, [...newest.values()], worker, leaseMs);
    const byId = new Map(claimed.map((job) => [job.id, job]));
    for (const { dispatch, resolve } of batch) {
      resolve(newest.get(dispatch.id) === dispatch ? (byId.get(dispatch.id) ?? null) : null);
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

/** Only a job's newest dispatch can be current, and a statement asks for each job once. */
function newestPerJob(dispatches: readonly Dispatch[]): Map<Dispatch['id'], Dispatch> {
  const newest = new Map<Dispatch['id'], Dispatch>();
  for (const dispatch of dispatches) {
    const known = newest.get(dispatch.id);
    if (!known || known.dispatch < dispatch.dispatch) newest.set(dispatch.id, dispatch);
  }
  return newest;
}
