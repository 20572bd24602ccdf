import type { Transaction } from '../platform/database/database.ts';
import { permanent } from '../platform/errors.ts';
import type { ImportId, UserId } from '../platform/ids.ts';

/**
 * Sees to it that the person has no other import under way: two that are asked for at once wait for each other here until
 * the first one's transaction has ended.
 * @param kind of the jobs that import
 * @throws permanent `import_under_way`
 */
export async function requireNoImport(tx: Transaction, kind: string, userId: UserId): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('import ' || $1::text, 0))`, [userId]);
  const [other] = await tx.query(OWN_UNDER_WAY, [userId, kind]);
  if (other) throw permanent('import_under_way', 'Another file of yours is being imported. Try again once it is done.');
}

const OWN_UNDER_WAY = `select id from job where subject = $1 and followed and kind = $2 and state <> 'dead' limit 1`;

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
