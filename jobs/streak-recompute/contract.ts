import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { UserId } from '../../shared/platform/ids.ts';

/** Folds a person's changed days into their streak. */
export const streakRecompute = defineJob({
  name: 'streak.recompute',
  version: 1,
  pool: 'streaks',
  lane: 'normal',
  payload: z.object({ userId: UserId }),
  // Recomputes from facts, so one run serves all that arrived before it.
  coalesce: ({ userId }) => userId,
  retry: { attempts: 8, firstDelay: '2s', maxDelay: '15m' },
});
