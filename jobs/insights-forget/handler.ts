import { forgetInsights } from '../../shared/insights/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { insightsForget } from './contract.ts';

/** Whoever switched insights off, or stays away, keeps them so long; and so long nothing deleted is found again. */
const KEPT = { hours: 90 * 24 };

/** What is over waits for the next day. */
const MOST = 50_000;

export const insightsForgetHandler: Handler<typeof insightsForget> = {
  async effect(_payload, { tx, clock }) {
    return { forgotten: await forgetInsights(tx, clock.now().subtract(KEPT), MOST) };
  },
};
