import { ensureCheckinMonths } from '../../shared/emotions/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { checkinsUpkeep } from './contract.ts';

export const checkinsUpkeepHandler: Handler<typeof checkinsUpkeep> = {
  effect: async (_payload, { tx, clock }) => ({ made: await ensureCheckinMonths(tx, clock.now()) }),
};
