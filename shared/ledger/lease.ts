import type { Database } from '../platform/database/database.ts';
import type { JobId } from '../platform/ids.ts';
import { type ClaimedJob, LEASE_MS } from './claim.ts';

/**
 * Renews all leases of a process in one statement; gives back the ids that are still its own. It waits for nobody: a row
 * that is locked is just being ended, by us or by somebody who has made our fence stale.
 */
export async function renewLeases(
  database: Database,
  jobs: readonly Pick<ClaimedJob, 'id' | 'fence'>[],
  leaseMs = LEASE_MS,
): Promise<Set<JobId>> {
  const rows = await database.query<{ id: JobId }>(RENEW, [
    jobs.map((job) => job.id),
    jobs.map((job) => job.fence),
    leaseMs,
  ]);
  return new Set(rows.map((row) => row.id));
}

const RENEW = `
  with mine as (
    select id, fence from job where state = 'running' and (id, fence) in (select * from unnest($1::uuid[], $2::int[]))
  ), free as (
    select job.id from job join mine on job.id = mine.id and job.fence = mine.fence and job.state = 'running'
    for no key update of job skip locked
  ), renewed as (
    update job set due_at = clock_timestamp() + $3::int * interval '1 millisecond'
    from free where job.id = free.id
  )
  select id from mine`;
