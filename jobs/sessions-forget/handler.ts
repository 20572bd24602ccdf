import { forgetSessions } from '../../shared/accounts/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { sessionsForget } from './contract.ts';

/** A session that is over tells its owner nothing any more; for a while it may tell who looks into an incident something. */
const KEPT = { hours: 30 * 24 };

/** What is over waits for the next day. */
const MAX_SESSIONS = 50_000;

export const sessionsForgetHandler: Handler<typeof sessionsForget> = {
  async effect(_payload, { tx, clock }) {
    return { forgotten: await forgetSessions(tx, clock.now().subtract(KEPT), MAX_SESSIONS) };
  },
};
