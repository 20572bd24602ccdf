import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { UserId } from '../../shared/platform/ids.ts';

/** Computes a person's trends of every window anew. */
export const trendsRecompute = defineJob({
  name: 'trends.recompute',
  version: 1,
  pool: 'trends',
  lane: 'low',
  payload: z.object({ userId: UserId }),
  coalesce: ({ userId }) => userId,
  retry: { attempts: 8, firstDelay: '5s', maxDelay: '15m' },
  timeLimit: '60s',
});
