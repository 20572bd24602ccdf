import { randomUUID } from 'node:crypto';
import { userOwned } from '../../../shared/platform/database/migrations/row-level-security.ts';

/**
 * The same work for everybody: a note is written and a job asked for in one transaction; the job's effect is one row that
 * says the note was seen. `bench_seen`'s key makes an effect that happens twice an error.
 */
export type Note = { id: string; userId: string };

export const JOB = 'bench.note-seen';
/** Jobs a worker runs at a time, and transactions producers have in flight. */
export const CONCURRENCY = 10;
/** Connections each side may open: graphile-worker's own advice is jobs + 2. */
export const CONNECTIONS = CONCURRENCY + 2;

export const INSERT_NOTE = 'insert into bench_note (id, user_id, body) values ($1, $2, $3)';
export const INSERT_SEEN = 'insert into bench_seen (note_id, user_id) values ($1, $2)';
export const NOTE_BODY = 'x'.repeat(200);

const TABLES = [
  `create table bench_note (id uuid primary key, user_id uuid not null, body text not null, created_at timestamptz not null default now())`,
  `create table bench_seen (note_id uuid primary key, user_id uuid not null, seen_at timestamptz not null default now())`,
];

/** As our own tables are: closed by row-level security, so that only their user's transaction can touch them. */
export const closedTables = [...TABLES, ...userOwned('bench_note'), ...userOwned('bench_seen')];
/** For the peers, who know no users: without row-level security, which would cost them. */
export const openTables = TABLES;

export function notes(count: number, users = 100): Note[] {
  const userIds = Array.from({ length: users }, () => randomUUID());
  return Array.from({ length: count }, (_, index) => ({ id: randomUUID(), userId: userIds[index % users] ?? '' }));
}
