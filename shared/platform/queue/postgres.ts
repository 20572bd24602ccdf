import { createPostgresBackend, type PgPool, type Queue, withBackend } from 'bullmq';
import pg from 'pg';
import type { Logger } from '../telemetry/logger.ts';
import { type QueuedDispatch, type Queues, type QueueWorker, WORKER_OPTIONS } from './queues.ts';

export type PostgresQueueOptions = { url: string; maxConnections: number; tls: boolean; logger: Logger };

const SCHEMA = 'bullmq';
const Backed = withBackend(createPostgresBackend);

/** BullMQ's own PostgreSQL backend, in a schema of its own. Every worker holds one LISTEN connection of the pool. */
export function postgresQueues({ url, maxConnections, tls, logger }: PostgresQueueOptions): Queues {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    keepAlive: true,
    application_name: 'amira-queue',
    connectionTimeoutMillis: 3_000,
    options: `-c search_path=${SCHEMA}`,
    ...(tls ? { ssl: { rejectUnauthorized: true } } : {}),
  });
  const report = (err: Error) => logger.throttled('queue', 'warn', 'The queue reports a fault', { err });
  // Every queue and worker of the process listens on the one pool they share.
  pool.setMaxListeners(0);
  pool.on('error', report);
  pool.on('connect', (client) => client.on('error', report));
  const connection = pool as unknown as PgPool;
  const queues = new Map<string, Queue<QueuedDispatch, void, string>>();

  return {
    backend: 'postgres',
    queue(name) {
      let queue = queues.get(name);
      if (!queue) {
        // The backend is a type parameter of BullMQ's classes; their methods are the same on both.
        queue = new Backed.Queue<QueuedDispatch, void, string>(name, { connection }) as unknown as Queue<
          QueuedDispatch,
          void,
          string
        >;
        queue.on('error', report);
        queues.set(name, queue);
      }
      return queue;
    },
    worker(name, process, { concurrency, limiter }) {
      const worker = new Backed.Worker<QueuedDispatch, void, string>(name, process as never, {
        ...WORKER_OPTIONS,
        connection,
        concurrency,
        ...(limiter ? { limiter } : {}),
      }) as unknown as QueueWorker;
      worker.on('error', report);
      return worker;
    },
    async check() {
      await pool.query('select 1');
    },
    memoryUsed: async () => 0,
    async close() {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      await pool.end();
    },
  };
}
