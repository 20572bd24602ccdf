import { enqueue } from '../shared/ledger/enqueue.ts';
import type { Transaction } from '../shared/platform/database/database.ts';
import type { UserId } from '../shared/platform/ids.ts';
import { achievementsEvaluate } from './achievements-evaluate/contract.ts';
import { streakRecompute } from './streak-recompute/contract.ts';
import { trendsRecompute } from './trends-recompute/contract.ts';

/** Long enough for the check-ins that a phone sends in one go to become one run. */
const BURST_SECONDS = 2;

/** What follows from an activity, whatever its kind: enqueued with it, in its transaction. */
export function recomputeAfterActivity(tx: Transaction, userId: UserId): void {
  enqueue(tx, streakRecompute, { userId });
  enqueue(tx, achievementsEvaluate, { userId });
}

/** What follows from a check-in recorded or undone. Its trends can wait a moment. */
export function recomputeAfterCheckin(tx: Transaction, userId: UserId, now: Temporal.Instant): void {
  recomputeAfterActivity(tx, userId);
  enqueue(tx, trendsRecompute, { userId }, { dueAt: now.add({ seconds: BURST_SECONDS }) });
}
