import { forgetOperatorSessions, forgetUnproved } from '../../shared/accounts/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { requestsForget } from './contract.ts';

/** Nobody can prove it any more; for a while it may tell whoever asks why nothing came of it. */
const CHANGES_KEPT = { hours: 24 };

/** Like the sessions of phones, for whoever looks into an incident. What was done in them stays in the audit. */
const OPERATOR_SESSIONS_KEPT = { hours: 30 * 24 };

/** What is over waits for the next hour. */
const MOST = 10_000;

export const requestsForgetHandler: Handler<typeof requestsForget> = {
  async effect(_payload, { tx, clock }) {
    const now = clock.now();
    const [row] = await tx.query<{ forgotten: number }>(`select idempotency_forget(interval '24 hours') as forgotten`);
    return {
      forgotten: row?.forgotten ?? 0,
      emailChanges: await forgetUnproved(tx, now.subtract(CHANGES_KEPT), MOST),
      operatorSessions: await forgetOperatorSessions(tx, now.subtract(OPERATOR_SESSIONS_KEPT), MOST),
    };
  },
};
