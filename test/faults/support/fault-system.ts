import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { migrateUp } from '../../../shared/migrate.ts';
import { type Database, openDatabase } from '../../../shared/platform/database/database.ts';
import { errorCodeOf } from '../../../shared/platform/errors.ts';
import { type ChildProcess, startChild } from '../../support/embedded/child-process.ts';
import { type EmbeddedPostgres, startPostgres } from '../../support/embedded/postgres.ts';
import { type EmbeddedRedis, startRedis } from '../../support/embedded/redis.ts';
import type { TestContract } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';
import { record } from './fault-jobs.ts';
import type { FaultPlan } from './fault-plan.ts';
import { judge, type OutsideLedger, outsideLedger, type Verdict } from './outside-ledger.ts';

/** Real processes over a PostgreSQL and a redis-server of their own, and the ledger of what was promised. */
export type FaultSystem = {
  postgres: EmbeddedPostgres;
  redis: EmbeddedRedis;
  /** Past row-level security, for looking and for preparing. Survives restarts of PostgreSQL. */
  outside: Pool;
  /** As a producer of the system under test. */
  database: Database;
  promises: OutsideLedger;
  /** Commits jobs, a hundred a transaction, and writes down what was acknowledged. */
  ask(count: number, keys: string, contract?: TestContract): Promise<void>;
  startWorker(plan?: FaultPlan, env?: Record<string, string>): Promise<ChildProcess>;
  effects(): Promise<number>;
  effectsReach(count: number, withinMs?: number): Promise<void>;
  /** Live jobs that are not dead letters. */
  unfinished(): Promise<number>;
  /** Waits until nothing is left to do. Gives back how long that took, in milliseconds. */
  quiet(withinMs: number): Promise<number>;
  verdict(): Promise<Verdict>;
  /** What the workers wrote. */
  log(): string;
  close(): Promise<void>;
};

export type FaultSystemOptions = {
  redis?: Readonly<Record<string, string>>;
  postgres?: Readonly<Record<string, string>>;
  durable?: boolean;
  /** Where the workers find them, if not directly. */
  through?: { redisUrl?: string; databasePort?: number };
  env?: Record<string, string>;
};

const DATABASE = 'faults';
const BATCH = 100;

export async function startFaultSystem(options: FaultSystemOptions = {}): Promise<FaultSystem> {
  const directory = mkdtempSync(join(tmpdir(), 'amira-faults-log-'));
  const logFile = join(directory, 'workers.log');
  const output = openSync(logFile, 'a');
  const [postgres, redis] = await Promise.all([
    startPostgres({ durable: options.durable ?? false, ...(options.postgres ? { settings: options.postgres } : {}) }),
    startRedis(options.redis ? { config: options.redis } : {}),
  ]);
  await postgres.createDatabase(DATABASE);
  const urls = postgres.urls(DATABASE);
  await migrateUp({ url: urls.owner, tls: false });
  const outside = new Pool({
    connectionString: postgres.superuserUrlOf(DATABASE),
    max: 4,
  });
  outside.on('error', () => {});
  await outside.query(`
    create table fault_effect (key text not null, job_id uuid not null, pid integer, at timestamptz not null default clock_timestamp());
    create index on fault_effect (key);
    grant select, insert on fault_effect to app_worker, app_api`);
  const database = await openDatabase({
    url: urls.worker,
    applicationName: 'producer',
    maxConnections: 4,
    queryTimeoutMs: 2_500,
    connectTimeoutMs: 2_500,
    tls: false,
  });
  const promises = outsideLedger();
  const children = new Set<ChildProcess>();
  const settings = {
    APP_ENV: 'test',
    LOG_LEVEL: 'warn',
    SECRET_KEY: 'a secret of the fault runs, of thirty-two characters',
    DATABASE_URL: urls.worker,
    WORKER_ROLES: 'relay',
    QUEUE_BACKEND: 'redis',
    REDIS_URL: redis.url,
    OPS_PORT: '0',
    ...options.env,
  };
  const number = async (sql: string): Promise<number> => (await outside.query(sql)).rows[0]?.n ?? 0;

  const system: FaultSystem = {
    postgres,
    redis,
    outside,
    database,
    promises,
    async ask(count, keys, contract = record) {
      for (let from = 0; from < count; from += BATCH) {
        const batch = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => `${keys} ${from + n}`);
        try {
          await database.transaction({ userId: null }, async (tx) => {
            for (const key of batch) enqueue(tx, contract, { key });
          });
          promises.acknowledge(batch);
        } catch (error) {
          if (errorCodeOf(error) !== 'database_unavailable') throw error;
          promises.unknown(batch);
        }
      }
    },
    async startWorker(plan = {}, env = {}) {
      const child = await startChild({
        entry: 'test/faults/support/fault-worker.ts',
        env: { ...settings, ...env, FAULT_PLAN: JSON.stringify(plan) },
        output,
      }).catch((error: unknown) => {
        throw new Error(`${error instanceof Error ? error.message : error}\n${system.log().slice(-2_000)}`);
      });
      children.add(child);
      void child.exited.then(() => children.delete(child));
      return child;
    },
    async effectsReach(count, withinMs = 120_000) {
      await until(`${count} effects`, async () => (await system.effects().catch(() => 0)) >= count, withinMs);
    },
    effects: () => number('select count(*)::int as n from fault_effect'),
    unfinished: () => number(`select count(*)::int as n from job where state <> 'dead'`),
    async quiet(withinMs) {
      const start = performance.now();
      await until('nothing is left to do', async () => (await system.unfinished().catch(() => 1)) === 0, withinMs);
      return performance.now() - start;
    },
    async verdict() {
      const { rows } = await outside.query<{ key: string; n: number }>(
        'select key, count(*)::int as n from fault_effect group by key',
      );
      return judge(promises.read(), new Map(rows.map(({ key, n }) => [key, n])));
    },
    log: () => readFileSync(logFile, 'utf8'),
    async close() {
      await Promise.all([...children].map((child) => child.end(0)));
      await database.close().catch(() => {});
      await outside.end().catch(() => {});
      await Promise.all([postgres.stop(), redis.stop()]);
      closeSync(output);
      promises.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return system;
}

/** One command on a connection of its own, as an operator would type it. */
export async function redisCommand(url: string, command: string, ...args: string[]): Promise<unknown> {
  const client = new Redis(url, { maxRetriesPerRequest: 1 });
  try {
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}
