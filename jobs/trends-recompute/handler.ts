import { type NamedAnalyses, readMoods, saveAnalyses } from '../../shared/emotions/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import { analysesOf } from './analyses.ts';
import type { trendsRecompute } from './contract.ts';

type Computed = { analyses: NamedAnalyses[]; checkins: number; journals: number; computedAt: Temporal.Instant };

/** Reads and computes before the finishing transaction, so that no connection waits for statistics. */
export const trendsRecomputeHandler: Handler<typeof trendsRecompute, Computed | null> = {
  async prepare({ userId }, { transaction, clock, signal }) {
    const computedAt = clock.now();
    const history = await transaction({ userId }, (tx) => readMoods(tx, userId));
    if (!history) return null;
    const analyses = await analysesOf(history, computedAt, signal);
    return { analyses, checkins: history.moods.length, journals: history.journals.length, computedAt };
  },
  async effect({ userId }, { tx }, computed) {
    if (computed) await saveAnalyses(tx, userId, computed.analyses, computed);
    return { checkins: computed?.checkins ?? 0 };
  },
};
