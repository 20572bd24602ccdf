import type { Database, Transaction } from './database.ts';

/** Where a backfill has got to; whatever its step can read back. `null` = from the start, or nothing left. */
export type Cursor = string | null;

/**
 * A change of data too large for a migration's transaction. `step` changes one batch after `cursor` and gives back where
 * it stopped; it must tolerate rows written by both the old and the new code. People's rows it reaches through a
 * `plannerFunction` of the migration it belongs to: its transactions belong to nobody, who sees none.
 */
export type Backfill = { name: string; step: (tx: Transaction, cursor: Cursor) => Promise<Cursor> };

/**
 * Runs a backfill batch by batch, each with its cursor in one transaction: stopped at any moment, it goes on where it
 * was, and a finished one does nothing. Gives back how many batches this call has run.
 */
export async function runBackfill(
  { transaction }: Pick<Database, 'transaction'>,
  { name, step }: Backfill,
  signal?: AbortSignal,
): Promise<number> {
  let batches = 0;
  for (;;) {
    signal?.throwIfAborted();
    const finished = await transaction({ userId: null }, async (tx) => {
      const [state] = await tx.query<{ cursor: Cursor; done: boolean }>(LOCK, [name]);
      if (state?.done) return true;
      const next = await step(tx, state?.cursor ?? null);
      batches += 1;
      await tx.query(
        'update backfill set cursor = $2, done_at = case when $2::text is null then now() end where name = $1',
        [name, next],
      );
      return next === null;
    });
    if (finished) return batches;
  }
}

const LOCK = `
  insert into backfill (name) values ($1)
  on conflict (name) do update set name = excluded.name
  returning cursor, done_at is not null as done`;
