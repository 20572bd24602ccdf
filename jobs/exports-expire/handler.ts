import { expireExports } from '../../shared/exports/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { exportsExpire } from './contract.ts';

/** What is over waits for the next hour. */
const MAX_EXPORTS = 1_000;

export const exportsExpireHandler: Handler<typeof exportsExpire> = {
  async effect(_payload, { tx, clock }) {
    return { expired: await expireExports(tx, clock.now(), MAX_EXPORTS) };
  },
};
