import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '../shared/platform/clock.ts';
import { errorCodeOf } from '../shared/platform/errors.ts';

const AGAIN_EVERY_MS = 250;
/** Shorter than the queue's lock and our lease: beyond them the job is somebody else's anyway. */
const PATIENCE_MS = 10_000;

/**
 * Tries again while the database is away. Given up at once, a claim would let the queue run empty through the outage, and
 * a failure that is not written down would count as a lost worker.
 */
export async function whenReachable<Result>(write: () => Promise<Result>): Promise<Result> {
  const elapsed = stopwatch();
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (errorCodeOf(error) !== 'database_unavailable' || elapsed() > PATIENCE_MS) throw error;
      await pause(AGAIN_EVERY_MS);
    }
  }
}
