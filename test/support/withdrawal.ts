import { accountEntities, recordConsents } from '../../shared/accounts/index.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { type Database, openDatabase } from '../../shared/platform/database/database.ts';
import type { UserId } from '../../shared/platform/ids.ts';

/** The api's side of a database: the only role that may write decisions on consent. */
export const openAsApi = (url: string): Promise<Database> =>
  openDatabase({
    url,
    applicationName: 'phone',
    maxConnections: 2,
    queryTimeoutMs: 20_000,
    connectTimeoutMs: 5_000,
    tls: false,
    entities: accountEntities,
  });

/**
 * Takes back everything but `service`, and gives back how many effects had been committed by then.
 *
 * The count is exact, whatever runs at the time. It is read in the withdrawal's own transaction once that holds the
 * user's consent lock, by a statement with a snapshot of its own: who relied on the consent has committed and is seen,
 * who comes later waits. One effect more than these, ever, is one that was committed after the withdrawal.
 */
export const withdraw = (api: Database, userId: UserId, effects: 'test_effect' | 'fault_effect'): Promise<number> =>
  api.transaction({ userId }, async (tx) => {
    await recordConsents(tx, userId, ['service'], systemClock.now());
    const [row] = await tx.query<{ n: number }>(`select count(*)::int as n from ${effects}`);
    return row?.n ?? 0;
  });
