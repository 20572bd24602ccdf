import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/**
 * Forgets what was asked for and is over: the remembered answers of idempotent requests once phones no longer repeat them,
 * changes of address that nobody proved, and old sessions of operators.
 */
export const requestsForget = defineJob({
  name: 'requests.forget',
  version: 1,
  pool: 'housekeeping',
  lane: 'low',
  payload: z.object({}),
  coalesce: () => 'forget',
  retry: { attempts: 10, firstDelay: '10s', maxDelay: '30m' },
});
