import { z } from 'zod';
import type { Transaction } from '../platform/database/database.ts';
import type { JobId, JournalId } from '../platform/ids.ts';

/** Which of the keys belong to a row, whoever's and in whatever state it is. */
export async function keysWithRow(tx: Transaction, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ key: string }>('select object_key as key from known_object_keys($1)', [keys]);
  return new Set(rows.map(({ key }) => key));
}

/** A recording that was found valid; `version` is the one that was judged, `null` in a bucket without versions. */
export type ValidObject = { journalId: JournalId; key: string; version: string | null };

/** Valid recordings of all users behind `after`, up to and with `upto` where that is given, in the order of keys. */
export const validObjects = (
  tx: Transaction,
  { after, upto, most }: { after: string; upto: string | null; most: number },
): Promise<ValidObject[]> => tx.query<ValidObject>(VALID, [after, upto, most]);

const VALID = `
  select journal_id as "journalId", object_key as key, object_version as version from valid_objects($1, $2, $3)`;

/** `orphans` and `abandoned` have no row and are old enough to go; `missing` are valid and have no object. */
export const SweepCounts = z.object({
  objects: z.int(),
  orphans: z.int(),
  deleted: z.int(),
  uploads: z.int(),
  abandoned: z.int(),
  aborted: z.int(),
  recordings: z.int(),
  missing: z.int(),
});
export type SweepCounts = z.infer<typeof SweepCounts>;

/** How far a sweep has come: everything up to the key `after`. */
export type SweepSoFar = { after: string; counts: SweepCounts };

/** Where the job's earlier attempt was stopped, if there was one. */
export async function sweepSoFar(tx: Transaction, jobId: JobId): Promise<SweepSoFar> {
  const [row] = await tx.query<{ after: string; counts: unknown }>(
    'select after_key as after, counts from object_sweep where job_id = $1',
    [jobId],
  );
  return row ? { after: row.after, counts: SweepCounts.parse(row.counts) } : { after: '', counts: { ...NOTHING } };
}

const NOTHING: SweepCounts = {
  objects: 0,
  orphans: 0,
  deleted: 0,
  uploads: 0,
  abandoned: 0,
  aborted: 0,
  recordings: 0,
  missing: 0,
};

export async function keepSweep(
  tx: Transaction,
  jobId: JobId,
  { after, counts }: SweepSoFar,
  now: Temporal.Instant,
): Promise<void> {
  await tx.query(KEEP, [jobId, after, JSON.stringify(counts), now.toString()]);
}

const KEEP = `
  insert into object_sweep (job_id, after_key, counts, updated_at) values ($1, $2, $3, $4)
  on conflict (job_id) do update set after_key = excluded.after_key, counts = excluded.counts, updated_at = excluded.updated_at`;

/** Once the sweep is over; what sweeps that died left behind a month ago goes with it. */
export async function forgetSweep(tx: Transaction, jobId: JobId, now: Temporal.Instant): Promise<void> {
  await tx.query('delete from object_sweep where job_id = $1 or updated_at < $2', [
    jobId,
    now.subtract({ hours: 30 * 24 }).toString(),
  ]);
}
