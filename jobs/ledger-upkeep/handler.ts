import type { Handler } from '../../shared/ledger/handler.ts';
import { dropOldPartitions, ensurePartitions } from '../../shared/ledger/retention.ts';
import { forgetOldSlots } from '../../shared/ledger/schedule.ts';
import type { ledgerUpkeep } from './contract.ts';

export const ledgerUpkeepHandler: Handler<typeof ledgerUpkeep> = {
  async effect(_payload, { tx }) {
    await ensurePartitions(tx);
    const dropped = await dropOldPartitions(tx);
    await forgetOldSlots(tx);
    return { dropped };
  },
};
