import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  analyseTrend,
  datesOf,
  type MoodHistory,
  type NamedTrend,
  readMoods,
  saveTrends,
  type TrendWindowName,
} from '../../shared/emotions/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { trendsRecompute } from './contract.ts';

const WINDOWS: readonly TrendWindowName[] = [7, 30, 90, 365, 'all'];

type Computed = { trends: NamedTrend[]; checkins: number; computedAt: Temporal.Instant };

/** Reads and computes before the finishing transaction, so that no connection waits for statistics. */
export const trendsRecomputeHandler: Handler<typeof trendsRecompute, Computed | null> = {
  async prepare({ userId }, { transaction, clock, signal }) {
    const computedAt = clock.now();
    const history = await transaction({ userId }, (tx) => readMoods(tx, userId));
    if (!history) return null;
    return { trends: await trendsOf(history, computedAt, signal), checkins: history.points.length, computedAt };
  },
  async effect({ userId }, { tx }, computed) {
    if (computed) await saveTrends(tx, userId, computed.trends, computed);
    return { checkins: computed?.checkins ?? 0 };
  },
};

async function trendsOf({ points, place }: MoodHistory, now: Temporal.Instant, signal: AbortSignal) {
  const trends: NamedTrend[] = [];
  for (const name of WINDOWS) {
    signal.throwIfAborted();
    trends.push({ name, answer: analyseTrend(points, datesOf(name, place, now)) });
    // Other jobs of this process renew their leases and answer between two windows.
    await nextTurn();
  }
  return trends;
}
