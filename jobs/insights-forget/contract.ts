import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/** Forgets insights that no run has found for 90 days, and what was deleted as long ago. */
export const insightsForget = defineJob({
  name: 'insights.forget',
  version: 1,
  pool: 'housekeeping',
  lane: 'low',
  payload: z.object({}),
  coalesce: () => 'forget',
  retry: { attempts: 10, firstDelay: '10s', maxDelay: '30m' },
});
