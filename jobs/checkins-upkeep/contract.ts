import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/** Makes the partitions of check-ins of the next months. */
export const checkinsUpkeep = defineJob({
  name: 'checkins.upkeep',
  version: 1,
  pool: 'housekeeping',
  lane: 'normal',
  payload: z.object({}),
  coalesce: () => 'upkeep',
  retry: { attempts: 20, firstDelay: '10s', maxDelay: '30m' },
});
