import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';

/**
 * Keeps runs and deletions of one person apart, until the transaction ends. A statement of its own before those that read:
 * they must see what whoever held it has written.
 */
export const lockInsights = async (tx: Transaction, userId: UserId): Promise<void> =>
  void (await tx.query(`select pg_advisory_xact_lock(hashtextextended('insights ' || $1::text, 0))`, [userId]));
