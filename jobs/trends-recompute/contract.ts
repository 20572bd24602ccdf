import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { UserId } from '../../shared/platform/ids.ts';

/**
 * Computes a person's trends of every window anew. `asked`: because they want to see them, which is part of the service;
 * otherwise ahead of being asked, which needs their consent. A run of one kind never stands in for the other.
 */
export const trendsRecompute = defineJob({
  name: 'trends.recompute',
  version: 1,
  pool: 'trends',
  lane: 'low',
  payload: z.object({ userId: UserId, asked: z.literal(true).optional() }),
  purpose: ({ asked }) => (asked ? 'service' : 'insights'),
  coalesce: ({ userId, asked }) => (asked ? `${userId} asked` : userId),
  retry: { attempts: 8, firstDelay: '5s', maxDelay: '15m' },
  timeLimit: '60s',
});
