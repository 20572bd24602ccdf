import type { Logger } from '../../shared/platform/telemetry/logger.ts';
import { failureOf } from '../auth-failure.ts';
import type { Middleware } from '../context.ts';

/**
 * A line for whoever was not let in: why, where, and whom it is about as far as that is known; never an address. Of a flood
 * one line a second is written for each reason, with how many were left out; the metric counts them all.
 */
export const securityLog =
  (logger: Pick<Logger, 'throttled'>): Middleware =>
  async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const failure = failureOf(error);
      if (failure) {
        const { user, route } = ctx.state;
        const userId = failure.userId ?? user?.id;
        logger.throttled(`auth ${failure.reason}`, 'warn', 'Access was refused', {
          category: 'security',
          reason: failure.reason,
          route,
          ...(userId === undefined ? {} : { user_id: userId }),
        });
      }
      throw error;
    }
  };
