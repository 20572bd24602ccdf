import type { Database } from '../platform/database/database.ts';
import type { JobId } from '../platform/ids.ts';
import { type ClaimedJob, LEASE_MS } from './claim.ts';

/** Renews all leases of a process in one statement; gives back the ids that are still its own. */
export async function renewLeases(
  database: Database,
  jobs: readonly Pick<ClaimedJob, 'id' | 'fence'>[],
): Promise<Set<JobId>> {
  const rows = await database.query<{ id: JobId }>(RENEW, [
    jobs.map((job) => job.id),
    jobs.map((job) => job.fence),
    LEASE_MS,
  ]);
  return new Set(rows.map((row) => row.id));
}

const RENEW = `
  update job set due_at = clock_timestamp() + $3::int * interval '1 millisecond'
  from unnest($1::uuid[], $2::int[]) as mine (id, fence)
  where job.id = mine.id and job.fence = mine.fence and job.state = 'running'
  returning job.id`;
