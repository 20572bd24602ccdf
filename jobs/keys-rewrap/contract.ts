import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/** Wraps everybody's data key with the current master key. Asked for by an operator after that has changed. */
export const keysRewrap = defineJob({
  name: 'keys.rewrap',
  version: 1,
  pool: 'housekeeping',
  lane: 'low',
  payload: z.object({}),
  coalesce: () => 'rewrap',
  retry: { attempts: 20, firstDelay: '5s', maxDelay: '15m' },
  timeLimit: '12h',
});
