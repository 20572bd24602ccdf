import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { permanent, transient } from '../errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type QueuedDispatch, type Queues, type QueueWorker, WORKER_OPTIONS } from './queues.ts';

export type RedisOptions = {
  url: string;
  prefix: string;
  logger: Logger;
  /** How long a server that is still starting is waited for, in milliseconds. */
  startWithinMs?: number;
};

const COMMAND_TIMEOUT_MS = 1_500;

/** BullMQ on Redis. Two kinds of connection with opposite manners: those that add fail fast, those that work wait. */
export function redisQueues({ url, prefix, logger, startWithinMs = 5_000 }: RedisOptions): Queues {
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
  // Why commands fail; they themselves only say that there is no connection.
  let fault: Error | undefined;
  producing.on('error', (error) => {
    fault = error;
  });
  const memory = () =>
    memoryOf(producing).catch((cause: unknown) => {
      const why = fault?.message ?? String(cause);
      throw transient('redis_unavailable', `Redis at ${new URL(url).host} cannot be used: ${why}`, { cause });
    });
  working.on('error', report);

  const queues = new Map<string, Queue<QueuedDispatch, void, string>>();
  const started = readyWithin(startWithinMs, producing);

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
      await started;
      const { policy } = await memory();
      if (policy !== 'noeviction') {
        throw permanent(
          'redis_evicts',
          `Redis must run with maxmemory-policy noeviction, not ${policy}: it would throw work away when it is full.`,
        );
      }
    },
    async memoryUsed() {
      const { used, limit } = await memory();
      return limit === 0 ? 0 : used / limit;
    },
    async close() {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      producing.disconnect();
      working.disconnect();
    },
  };
}

/** Bytes in use and their limit (0 = none), and what happens at the limit. Managed servers answer INFO, but not CONFIG. */
async function memoryOf(redis: Redis): Promise<{ used: number; limit: number; policy: string | undefined }> {
  const info = await redis.info('memory');
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  return {
    used: Number(field('used_memory') ?? 0),
    limit: Number(field('maxmemory') ?? 0),
    policy: field('maxmemory_policy'),
  };
}

/** Settles when the connection stands or the time is up; from then on a command says by itself whether Redis is there. */
function readyWithin(ms: number, redis: Redis): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  redis.once('ready', () => {
    clearTimeout(timer);
    resolve();
  });
  return promise;
}
