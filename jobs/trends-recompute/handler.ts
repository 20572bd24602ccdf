import { type NamedAnalyses, readMoods, saveAnalyses } from '../../shared/emotions/index.ts';
import type { PatternPolicy } from '../../shared/emotions/pattern-policy.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { trendsRecompute } from './contract.ts';
import { analysesOfAnySize } from './large-history.ts';

type Computed = {
  analyses: NamedAnalyses[];
  checkins: number;
  journalsPrint: string;
  computedAt: Temporal.Instant;
};

/** Reads and computes before the finishing transaction, so that no connection waits for statistics. */
export const trendsRecomputeHandler = (policy: PatternPolicy): Handler<typeof trendsRecompute, Computed | null> => ({
  async prepare({ userId }, { transaction, clock, signal }) {
    const computedAt = clock.now();
    const read = await transaction({ userId }, (tx) => readMoods(tx, userId));
    if (!read) return null;
    const { checkins, journalsPrint, ...history } = read;
    const task = { history, nowMs: computedAt.epochMilliseconds, policy };
    const analyses = await analysesOfAnySize(task, signal);
    return { analyses, checkins, journalsPrint, computedAt };
  },
  async effect({ userId }, { tx }, computed) {
    if (computed) await saveAnalyses(tx, userId, computed.analyses, computed);
    return { checkins: computed?.checkins ?? 0 };
  },
});
