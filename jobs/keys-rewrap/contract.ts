import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { UserId } from '../../shared/platform/ids.ts';

/** Wraps everybody's data key with the current master key. Asked for by an operator after that has changed. */
export const keysRewrap = defineJob({
  name: 'keys.rewrap',
  version: 1,
  pool: 'housekeeping',
  lane: 'low',
  payload: z.object({ requestedBy: UserId.optional() }),
  // The job is its operator's: the api may ask for work of its own user only, and shows it to them alone.
  subject: ({ requestedBy }) => requestedBy ?? null,
  coalesce: ({ requestedBy }) => `rewrap ${requestedBy ?? ''}`,
  retry: { attempts: 20, firstDelay: '5s', maxDelay: '15m' },
  timeLimit: '12h',
});
