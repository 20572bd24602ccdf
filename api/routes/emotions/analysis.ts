import { z } from 'zod';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { type Kept, TrendWindowName } from '../../../shared/emotions/index.ts';
import { enqueueKnown } from '../../../shared/ledger/enqueue.ts';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import type { JobId } from '../../../shared/platform/ids.ts';
import type { Answer, SignedInUser } from '../../route.ts';

export const WindowBody = z.strictObject({
  window: TrendWindowName.meta({ description: 'Local days back from today' }),
});

type AnalysisCall<Body> = {
  tx: Transaction;
  user: SignedInUser;
  respondLater(jobId: JobId, finished: (tx: Transaction) => Promise<Body>): Answer<never>;
};

/** What was computed last, where nothing has changed since; otherwise it is computed anew. */
export async function analysis<Body>(
  { tx, user, respondLater }: AnalysisCall<Body>,
  read: (within: Transaction) => Promise<Kept<Body> | null>,
): Promise<Answer<Body>> {
  const kept = await read(tx);
  if (kept?.isCurrent) return { body: kept.answer };
  const jobId = await enqueueKnown(tx, trendsRecompute, { userId: user.id, asked: true });
  return respondLater(jobId, async (later) => {
    // Whatever has been recorded since: this is what was asked for.
    const computed = await read(later);
    if (!computed) throw new Error('the job keeps an answer for every window');
    return computed.answer;
  });
}
