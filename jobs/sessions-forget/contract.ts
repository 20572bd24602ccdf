import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/** Forgets sessions 30 days after they ended or ran out. */
export const sessionsForget = defineJob({
  name: 'sessions.forget',
  version: 1,
  pool: 'housekeeping',
  lane: 'low',
  payload: z.object({}),
  coalesce: () => 'forget',
  retry: { attempts: 10, firstDelay: '10s', maxDelay: '30m' },
});
