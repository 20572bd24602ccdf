import { z } from 'zod';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { PatternAnswer, readPatterns, TrendWindowName } from '../../../shared/emotions/index.ts';
import { enqueueKnown } from '../../../shared/ledger/enqueue.ts';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import { defineRoute } from '../../route.ts';

export const postPatterns = defineRoute(
  {
    method: 'POST',
    path: '/emotions/patterns',
    summary: 'See what your moods go with',
    description:
      'Weekdays, parts of the day, journals and tools, and the window before. `tier` says how much may be said of each; ' +
      'docs/statistics.md explains the numbers. Answered at once when nothing has changed since it was last computed, ' +
      'otherwise computed anew.',
    tag: 'emotions',
    who: 'user',
    body: z.strictObject({ window: TrendWindowName.meta({ description: 'Local days back from today' }) }),
    response: PatternAnswer,
    waits: true,
  },
  async ({ tx, user, body: { window }, clock, respondLater }) => {
    const read = (within: Transaction) => readPatterns(within, user.id, window, clock.now());
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
