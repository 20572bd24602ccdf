import { z } from 'zod';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { readTrend, TrendAnswer, TrendWindowName } from '../../../shared/emotions/index.ts';
import { enqueueKnown } from '../../../shared/ledger/enqueue.ts';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import { defineRoute } from '../../route.ts';

export const postTrends = defineRoute(
  {
    method: 'POST',
    path: '/emotions/trends',
    summary: 'See how your moods develop',
    description: 'Answered at once when nothing has changed since it was last computed, otherwise computed anew.',
    tag: 'emotions',
    who: 'user',
    body: z.strictObject({ window: TrendWindowName.meta({ description: 'Local days back from today' }) }),
    response: TrendAnswer,
    waits: true,
  },
  async ({ tx, user, body: { window }, clock, respondLater }) => {
    const read = (within: Transaction) => readTrend(within, user.id, window, clock.now());
    const kept = await read(tx);
    if (kept?.isCurrent) return { body: kept.answer };
    const jobId = await enqueueKnown(tx, trendsRecompute, { userId: user.id, asked: true });
    return respondLater(jobId, async (later) => {
      // Whatever has been recorded since: this is what was asked for.
      const computed = await read(later);
      if (!computed) throw new Error('the job keeps an answer for every window');
      return computed.answer;
    });
  },
);
