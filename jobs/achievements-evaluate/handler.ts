import type { Handler } from '../../shared/ledger/handler.ts';
import { createNotification } from '../../shared/notifications/index.ts';
import { newsTopic, PEOPLE_CHANNEL } from '../../shared/platform/people-channel.ts';
import { awardName, grantDue } from '../../shared/progress/index.ts';
import { pushFlush } from '../push-flush/contract.ts';
import type { achievementsEvaluate } from './contract.ts';

/** New awards, their one notification and the flush that sends it commit together: granted once, told once. */
export const achievementsEvaluateHandler: Handler<typeof achievementsEvaluate> = {
  async effect({ userId }, { tx, clock, enqueue, logger }) {
    const now = clock.now();
    const { awards, disabled } = await grantDue(tx, userId, now);
    for (const { typeId, problem } of disabled)
      logger.throttled(
        `achievement-type-disabled-${typeId}`,
        'error',
        'An achievement type is out of use: its criteria cannot be read',
        { alert: 'achievement_type_disabled', achievement_type_id: typeId, problem },
      );

    for (const { typeId, tier } of awards)
      tx.announce(newsTopic({ kind: 'achievement', userId, id: `${typeId}.${tier}` }), PEOPLE_CHANNEL);

    const news = awards.filter(({ push }) => push);
    if (news.length > 0) {
      const dedupeKey = news.map(awardName).join(' ');
      const waiting = await createNotification(tx, { userId, kind: 'achievement', dedupeKey, now });
      if (waiting > 0) enqueue(pushFlush, {});
    }
    return { granted: awards.length };
  },
};
