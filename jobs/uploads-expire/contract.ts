import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/** Finds the uploads that were never finished and ends each in a job of its own user. */
export const uploadsExpire = defineJob({
  name: 'uploads.expire',
  version: 1,
  pool: 'housekeeping',
  lane: 'low',
  payload: z.object({}),
  coalesce: () => 'expire',
  retry: { attempts: 10, firstDelay: '10s', maxDelay: '30m' },
});
