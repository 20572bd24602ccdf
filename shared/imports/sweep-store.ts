import type { Transaction } from '../platform/database/database.ts';
import type { ImportId, UserId } from '../platform/ids.ts';

/** Which of these people's imports are still to be done: neither ended nor dead. For workers, who see the whole ledger. */
export async function importsUnderWay(
  tx: Transaction,
  kind: string,
  userIds: readonly UserId[],
): Promise<ReadonlySet<ImportId>> {
  const rows = await tx.query<{ id: ImportId }>(UNDER_WAY, [kind, userIds]);
  return new Set(rows.map(({ id }) => id));
}

const UNDER_WAY = `
  select payload ->> 'importId' as id from job where kind = $1 and subject = any($2::uuid[]) and state <> 'dead'`;
