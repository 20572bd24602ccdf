import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/** Makes the ledger's next day partitions and drops those past retention. */
export const ledgerUpkeep = defineJob({
  name: 'ledger.upkeep',
  version: 1,
  pool: 'housekeeping',
  lane: 'normal',
  payload: z.object({}),
  coalesce: () => 'upkeep',
  retry: { attempts: 20, firstDelay: '10s', maxDelay: '30m' },
});
