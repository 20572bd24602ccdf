import { createPostgresBackend, type PgPool, type Queue, withBackend } from 'bullmq';
import pg from 'pg';
import { PLANNED_ONCE } from '../database/statements.ts';
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
    // The queue may lose what it knows without losing work, so none of its commits need wait for the disk.
    options: `-c search_path=${SCHEMA} -c synchronous_commit=off ${PLANNED_ONCE}`,
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
        queue = new Backed.Queue<QueuedDispatch, void, string>(name, {
          connection,
          // To keep the last hundred, each end would look for the hundred and first; the ledger remembers them all.
          defaultJobOptions: { removeOnComplete: true },
        }) as unknown as Queue<QueuedDispatch, void, string>;
        queue.on('error', report);
        addFewOneByOne(queue);
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

/** From so many jobs on, adding them in bulk is worth the two temporary tables that BullMQ makes for it. */
const MANY = 20;

function addFewOneByOne(queue: Queue<QueuedDispatch, void, string>): void {
  const addBulk = queue.addBulk.bind(queue);
  queue.addBulk = (jobs) =>
    jobs.length < MANY ? Promise.all(jobs.map(({ name, data, opts }) => queue.add(name, data, opts))) : addBulk(jobs);
}
