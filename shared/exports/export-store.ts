import type { Transaction } from '../platform/database/database.ts';
import { type ExportId, type JobId, type JournalId, newId, type UserId } from '../platform/ids.ts';

/** What is exported: everything of an account, or one journal. */
export type Scope = { kind: 'account' } | { kind: 'journal'; journalId: JournalId };

/** How long an export can be had, from when it was asked for. */
const KEPT = { hours: 7 * 24 };

/**
 * The job that makes the export asked for: the one that is at it already, or a new one. One whose job has failed for good is
 * given up for a new one.
 * @param enqueue adds the job for the export of this id
 */
export async function requestExport(
  tx: Transaction,
  userId: UserId,
  scope: Scope,
  now: Temporal.Instant,
  enqueue: (id: ExportId) => JobId,
): Promise<JobId> {
  const journalId = scope.kind === 'journal' ? scope.journalId : null;
  // Two requests at once find the same one.
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('export ' || $1::text, 0))`, [userId]);
  const [making] = await tx.query<{ id: ExportId; jobId: JobId; live: boolean }>(BEING_MADE, [
    userId,
    scope.kind,
    journalId,
  ]);
  if (making?.live) return making.jobId;
  if (making) await tx.query('delete from export where id = $1', [making.id]);
  const id = newId<ExportId>();
  const jobId = enqueue(id);
  await tx.query(CREATE, [id, userId, scope.kind, journalId, jobId, now.toString(), now.add(KEPT).toString()]);
  return jobId;
}

const BEING_MADE = `
  select export.id, export.job_id as "jobId",
    exists (select from job where job.id = export.job_id and job.state <> 'dead') as live
  from export
  where user_id = $1 and kind = $2 and coalesce(journal_id, user_id) = coalesce($3::uuid, $1) and ready_at is null`;

const CREATE = `
  insert into export (id, user_id, kind, journal_id, job_id, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)`;

export type Export = {
  id: ExportId;
  journalId: JournalId | null;
  /** `null` until it is ready. */
  size: number | null;
  createdAt: Temporal.Instant;
  expiresAt: Temporal.Instant;
};

/** The export, if it is the transaction's user's and has not expired. */
export async function findExport(tx: Transaction, id: ExportId, now: Temporal.Instant): Promise<Export | null> {
  const [row] = await tx.query<ExportRow>(FIND, [id, now.toString()]);
  if (!row) return null;
  const { size, createdAt, expiresAt, ...rest } = row;
  return {
    ...rest,
    size: size === null ? null : Number(size),
    createdAt: Temporal.Instant.from(createdAt),
    expiresAt: Temporal.Instant.from(expiresAt),
  };
}

type ExportRow = {
  id: ExportId;
  journalId: JournalId | null;
  size: string | null;
  createdAt: string;
  expiresAt: string;
};

const FIND = `
  select id, journal_id as "journalId", size, created_at as "createdAt", expires_at as "expiresAt"
  from export where id = $1 and expires_at > $2`;

/** `null`: it has expired meanwhile, or its account is gone. */
export async function finishExport(
  tx: Transaction,
  id: ExportId,
  size: number,
  now: Temporal.Instant,
): Promise<Temporal.Instant | null> {
  const [row] = await tx.query<{ expiresAt: string }>(FINISH, [id, size, now.toString()]);
  return row ? Temporal.Instant.from(row.expiresAt) : null;
}

const FINISH = `
  update export set size = $2, ready_at = $3 where id = $1 and ready_at is null returning expires_at as "expiresAt"`;

/** Whether every recording it names is still there: what has been deleted for good is in no export any more. */
export async function isWhole(tx: Transaction, id: ExportId): Promise<boolean> {
  const rows = await tx.query(MISSING, [id]);
  return rows.length === 0;
}

const MISSING = `
  select from export_entry entry
  where export_id = $1 and object_key is not null and not exists (
    select from audio_metadata audio join journal on journal.id = audio.journal_id
    where audio.object_key = entry.object_key and journal.purging_at is null) limit 1`;

/** Removes up to `most` exports, anybody's, that have expired. Gives back how many. For workers. */
export async function expireExports(tx: Transaction, now: Temporal.Instant, most: number): Promise<number> {
  const [row] = await tx.query<{ expired: number }>('select exports_expire($1, $2) as expired', [now.toString(), most]);
  return row?.expired ?? 0;
}
