import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/** Removes the exports that have expired. */
export const exportsExpire = defineJob({
  name: 'exports.expire',
  version: 1,
  pool: 'housekeeping',
  lane: 'low',
  payload: z.object({}),
  coalesce: () => 'expire',
  retry: { attempts: 10, firstDelay: '10s', maxDelay: '30m' },
});
