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
    jobs.map((job) => `${job.id}/${job.fence}`),
    leaseMs,
  ]);
  return new Set(rows.map((row) => row.id));
}

const STILL_OURS = `id = any($1::uuid[]) and id || '/' || fence = any($2::text[]) and state = 'running'`;

const RENEW = `
  with mine as (
    select id from job where ${STILL_OURS}
  ), free as (
    select id from job where ${STILL_OURS} for no key update skip locked
  ), renewed as (
    update job set due_at = clock_timestamp() + $3::int * interval '1 millisecond'
    where job.id = any(array(select free.id from free))
  )
  select id from mine`;
