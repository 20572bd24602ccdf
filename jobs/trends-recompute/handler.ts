import { hasConsent } from '../../shared/accounts/index.ts';
import { type NamedAnalyses, readMoods, saveAnalyses } from '../../shared/emotions/index.ts';
import type { PatternPolicy } from '../../shared/emotions/pattern-policy.ts';
import type { Finding } from '../../shared/insights/finding.ts';
import { findingsOf } from '../../shared/insights/findings.ts';
import { keepInsights } from '../../shared/insights/index.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import type { Transaction } from '../../shared/platform/database/database.ts';
import type { UserId } from '../../shared/platform/ids.ts';
import { newsTopic, PEOPLE_CHANNEL } from '../../shared/platform/people-channel.ts';
import type { trendsRecompute } from './contract.ts';
import { analysesOfAnySize } from './large-history.ts';

type Computed = {
  analyses: NamedAnalyses[];
  findings: Finding[];
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
    return { analyses, findings: findingsOf(analyses, policy), checkins, journalsPrint, computedAt };
  },
  async effect({ userId, asked }, { tx, clock }, computed) {
    if (!computed) return { checkins: 0 };
    await saveAnalyses(tx, userId, computed.analyses, computed);
    // Without being asked it runs for nobody who has not agreed to insights; who asked wants to see their trends, no more.
    if (!asked || (await hasConsent(tx, 'insights'))) await tellInsights(tx, userId, computed, clock.now());
    return { checkins: computed.checkins };
  },
});

async function tellInsights(
  tx: Transaction,
  userId: UserId,
  { findings, computedAt }: Computed,
  now: Temporal.Instant,
): Promise<void> {
  for (const id of await keepInsights(tx, userId, findings, { computedAt, now }))
    tx.announce(newsTopic({ kind: 'insight', userId, id }), PEOPLE_CHANNEL);
}
