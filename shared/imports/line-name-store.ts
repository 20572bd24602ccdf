import type { Transaction } from '../platform/database/database.ts';
import type { ImportId, UserId } from '../platform/ids.ts';

/** Those of the names that an earlier run of this import has made check-ins of, undone since or not. */
export async function ownNames(
  tx: Transaction,
  userId: UserId,
  importId: ImportId,
  names: readonly string[],
): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(OWN, [userId, importId, names]);
  return rows.map(({ name }) => name);
}

const OWN = `
  select client_id as name from checkin_client_id where user_id = $1 and import_id = $2 and client_id = any($3)`;

/** Frees those of the names whose check-in has been undone, so that it can be imported again: as it was, or put right. */
export const freeUndone = (tx: Transaction, userId: UserId, names: readonly string[]): Promise<unknown> =>
  tx.query(FREE, [userId, names]);

// In the order in which names are claimed, or two imports could deadlock.
const FREE = `
  with undone as (
    select client_id from checkin_client_id named
    where user_id = $1 and client_id = any($2)
      and not exists (select from activity where user_id = $1 and kind = 'checkin' and source_id = named.checkin_id)
    order by client_id for update
  )
  delete from checkin_client_id where user_id = $1 and client_id in (select client_id from undone)`;

/** Says of the names whose import they were claimed by. */
export async function markNames(
  tx: Transaction,
  userId: UserId,
  importId: ImportId,
  names: readonly string[],
): Promise<void> {
  if (names.length > 0) await tx.query(MARK, [userId, importId, names]);
}

const MARK = `update checkin_client_id set import_id = $2 where user_id = $1 and client_id = any($3)`;
