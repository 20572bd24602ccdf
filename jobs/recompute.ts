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

/** Longer than most imports take: until then, those that go on recording join the same runs. */
const IMPORT_MINUTES = 2;

/** What follows from check-ins of an import that is not through yet, in case it never is. */
export function recomputeAfterImport(tx: Transaction, userId: UserId, now: Temporal.Instant): void {
  const dueAt = now.add({ minutes: IMPORT_MINUTES });
  for (const contract of [streakRecompute, achievementsEvaluate, trendsRecompute])
    enqueue(tx, contract, { userId }, { dueAt });
}

/** What follows from a check-in recorded or undone. Its trends can wait a moment. */
export function recomputeAfterCheckin(tx: Transaction, userId: UserId, now: Temporal.Instant): void {
  recomputeAfterActivity(tx, userId);
  enqueue(tx, trendsRecompute, { userId }, { dueAt: now.add({ seconds: BURST_SECONDS }) });
}
