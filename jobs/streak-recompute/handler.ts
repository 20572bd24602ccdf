import type { Handler } from '../../shared/ledger/handler.ts';
import { recomputeStreak } from '../../shared/progress/index.ts';
import { achievementsEvaluate } from '../achievements-evaluate/contract.ts';
import type { streakRecompute } from './contract.ts';

export const streakRecomputeHandler: Handler<typeof streakRecompute> = {
  async effect({ userId }, { tx, clock, enqueue }) {
    const { longestStreak, grew } = await recomputeStreak(tx, userId, clock.now());
    if (grew) enqueue(achievementsEvaluate, { userId });
    return { longestStreak };
  },
};
