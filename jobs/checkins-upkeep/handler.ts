import { ensureCheckinMonths, isTight, readLockRoom } from '../../shared/emotions/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { checkinsUpkeep } from './contract.ts';

export const checkinsUpkeepHandler: Handler<typeof checkinsUpkeep> = {
  async effect(_payload, { tx, clock, logger }) {
    const made = await ensureCheckinMonths(tx, clock.now());
    const room = await readLockRoom(tx);
    if (isTight(room))
      logger.warn({ ...room }, 'max_locks_per_transaction is less than twice the months of check-ins: raise it');
    return { made, ...room };
  },
};
