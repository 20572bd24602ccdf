import { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Logger } from '../telemetry/logger.ts';
import type { Rules } from './rules.ts';
import { type LimitStore, libraryStore } from './store.ts';

export type RedisLimitOptions = { url: string; prefix: string; logger: Pick<Logger, 'throttled'> };

const COMMAND_TIMEOUT_MS = 1_000;

/** Counts in Redis on a connection that never keeps a request waiting for a server that is away. */
export function redisLimitStore(rules: Rules, { url, prefix, logger }: RedisLimitOptions): LimitStore {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2_000,
    retryStrategy: (times) => Math.min(100 * times, 1_000),
  });
  redis.on('error', (err) => logger.throttled('limits-redis', 'warn', 'Redis reports a fault', { err }));
  return libraryStore(
    rules,
    ({ name, points, windowMs }) =>
      new RateLimiterRedis({
        storeClient: redis,
        rejectIfRedisNotReady: true,
        keyPrefix: `${prefix}-limits:${name}`,
        points,
        duration: windowMs / 1_000,
      }),
    async () => redis.disconnect(),
  );
}
