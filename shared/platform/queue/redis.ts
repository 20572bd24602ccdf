import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { permanent, transient } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type QueuedDispatch, type Queues, type QueueWorker, WORKER_OPTIONS } from './queues.ts';

export type RedisOptions = { url: string; prefix: string; logger: Logger };

const COMMAND_TIMEOUT_MS = 1_500;

/** BullMQ on Redis. Two kinds of connection with opposite manners: those that add fail fast, those that work wait. */
export function redisQueues({ url, prefix, logger }: RedisOptions): Queues {
  const producing = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2_000,
    retryStrategy: (times) => Math.min(100 * times, 1_000),
  });
  const working = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: 5_000,
    retryStrategy: (times) => Math.min(100 * times, 1_000),
  });
  const report = (err: Error) => logger.throttled('redis', 'warn', 'Redis reports a fault', { err });
  producing.on('error', report);
  working.on('error', report);

  const queues = new Map<string, Queue<QueuedDispatch, void, string>>();
  const connected = whenReady(producing);

  return {
    backend: 'redis',
    queue(name) {
      let queue = queues.get(name);
      if (!queue) {
        queue = new Queue<QueuedDispatch, void, string>(name, {
          connection: producing,
          prefix,
          skipWaitingForReady: true,
        });
        queue.on('error', report);
        queues.set(name, queue);
      }
      return queue;
    },
    worker(name, process, { concurrency, limiter }) {
      const worker: QueueWorker = new Worker<QueuedDispatch, void, string>(name, process, {
        ...WORKER_OPTIONS,
        connection: working,
        prefix,
        concurrency,
        ...(limiter ? { limiter } : {}),
      });
      worker.on('error', report);
      return worker;
    },
    async check() {
      await connected;
      const [, policy] = (await producing.config('GET', 'maxmemory-policy')) as [string, string];
      if (policy !== 'noeviction') {
        throw permanent(
          'redis_evicts',
          `Redis must run with maxmemory-policy noeviction, not ${policy}: it would throw work away when it is full.`,
        );
      }
    },
    async memoryUsed() {
      const info = await producing.info('memory');
      const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1] ?? 0);
      const limit = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? 0);
      return limit === 0 ? 0 : used / limit;
    },
    async close() {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      producing.disconnect();
      working.disconnect();
    },
  };
}

function whenReady(redis: Redis): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(transient('redis_unavailable', 'Redis does not answer.')), 5_000);
  redis.once('ready', () => {
    clearTimeout(timer);
    resolve();
  });
  // Whoever calls check() hears of it; until then it must not bring the process down.
  promise.catch(() => {});
  return promise;
}
