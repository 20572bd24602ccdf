import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/** Forgets the remembered answers of idempotent requests once phones no longer repeat them. */
export const requestsForget = defineJob({
  name: 'requests.forget',
  version: 1,
  pool: 'housekeeping',
  lane: 'low',
  payload: z.object({}),
  coalesce: () => 'forget',
  retry: { attempts: 10, firstDelay: '10s', maxDelay: '30m' },
});
