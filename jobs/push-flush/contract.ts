import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/** Sends whatever is due, of any users: the delivery rows are the batch, so one waiting flush serves them all. */
export const pushFlush = defineJob({
  name: 'push.flush',
  version: 1,
  pool: 'push',
  lane: 'high',
  payload: z.object({}),
  coalesce: () => 'flush',
  retry: { attempts: 20, firstDelay: '2s', maxDelay: '5m' },
  timeLimit: '60s',
});
