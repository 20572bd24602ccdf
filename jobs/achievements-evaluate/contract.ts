import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { UserId } from '../../shared/platform/ids.ts';

/** Grants whatever a person's facts have earned them by now, and tells them. */
export const achievementsEvaluate = defineJob({
  name: 'achievements.evaluate',
  version: 1,
  pool: 'achievements',
  lane: 'normal',
  payload: z.object({ userId: UserId }),
  coalesce: ({ userId }) => userId,
  retry: { attempts: 8, firstDelay: '2s', maxDelay: '15m' },
});
