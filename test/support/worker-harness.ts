import { Pool } from 'pg';
import { compose, type Deps, type Overrides } from '../../shared/compose.ts';
import { POOLS } from '../../shared/ledger/contract.ts';
import { enqueue } from '../../shared/ledger/enqueue.ts';
import { loadConfig } from '../../shared/platform/config/index.ts';
import type { JobId } from '../../shared/platform/ids.ts';
import { startWorkerProcess, type WorkerPlan, type WorkerProcess } from '../../workers/worker-process.ts';
import { freshDatabase } from './database.ts';
import type { DatabaseUrls } from './embedded/postgres.ts';
import { freshRedis } from './redis.ts';
import type { TestContract, TestPayload } from './test-jobs.ts';
import { until } from './until.ts';

export const BACKENDS = ['redis', 'postgres'] as const;
export type Backend = (typeof BACKENDS)[number];

export type JobRow = {
  id: JobId;
  kind: string;
  state: string;
  dispatch: number;
  fence: number;
  attempts: number;
  crashes: number;
  worker: string | null;
  last_error_code: string | null;
  outcome: string | null;
  result: unknown;
};

/** Worker processes over a database and a queue of the test file's own, and a look at them from outside. */
export type WorkerHarness = {
  /** Of a process that runs no work: for enqueueing and cancelling, as another process would. */
  deps: Deps;
  outside: Pool;
  urls: DatabaseUrls;
  /** Starts what one worker process runs, with connections of its own. */
  start(plan: Partial<WorkerPlan> & Pick<WorkerPlan, 'registry'>, options?: StartOptions): Promise<StartedWorker>;
  ask(contract: TestContract, payload: TestPayload, dueAt?: Temporal.Instant): Promise<JobId>;
  /** A job as it stands: live, or as it ended. */
  job(id: JobId): Promise<JobRow | undefined>;
  /** Waits until it has ended or is dead. */
  settled(id: JobId, withinMs?: number): Promise<JobRow>;
  /** How often an effect with this key has been committed. */
  effects(key: string): Promise<number>;
  /** Ends every process this started. */
  stopAll(): Promise<void>;
  /** That, and forgets the work they left undone. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

export type StartOptions = { overrides?: Overrides; env?: Record<string, string> };
export type StartedWorker = WorkerProcess & { deps: Deps; stop(): Promise<void> };

/** The handler's trace that an effect has happened: committed with the job's end or not at all. */
export const EFFECT = 'insert into test_effect (key, job_id) values ($1, $2)';

export async function workerHarness(backend: Backend, env: Record<string, string> = {}): Promise<WorkerHarness> {
  const database = await freshDatabase();
  const outside = new Pool({ connectionString: database.superuserUrl, max: 4 });
  await outside.query(`
    create table test_effect (key text not null, job_id uuid not null, at timestamptz not null default clock_timestamp());
    grant select, insert on test_effect to app_worker, app_api`);
  const settings = {
    APP_ENV: 'test',
    LOG_LEVEL: 'silent',
    SECRET_KEY: 'a secret of the tests, of thirty-two characters',
    DATABASE_URL: database.urls.worker,
    WORKER_ROLES: 'relay',
    QUEUE_BACKEND: backend,
    ...(backend === 'redis' ? { REDIS_URL: (await freshRedis()).url } : {}),
    ...env,
  };
  const composed = (options: StartOptions = {}) =>
    compose(loadConfig('worker', {}, { ...settings, ...options.env }), options.overrides);
  const deps = await composed();
  const started = new Set<StartedWorker>();
  const job = async (id: JobId) => (await outside.query<JobRow>(FIND_JOB, [id])).rows[0];
  const stopAll = async () => void (await Promise.all([...started].map((process) => process.stop())));

  return {
    deps,
    outside,
    urls: database.urls,
    async start(plan, options) {
      const own = await composed(options);
      const worker = await startWorkerProcess(own, { pools: POOLS, roles: ['relay'], ...plan });
      const process: StartedWorker = {
        ...worker,
        deps: own,
        async stop() {
          if (!started.delete(process)) return;
          await worker.drain(0);
          await own.close();
        },
      };
      started.add(process);
      return process;
    },
    ask: (contract, payload, dueAt) =>
      deps.database.transaction({ userId: null }, async (tx) => enqueue(tx, contract, payload, dueAt ? { dueAt } : {})),
    job,
    settled: (id, withinMs) =>
      until(
        `job ${id} ends`,
        async () => {
          const row = await job(id);
          return row?.outcome || row?.state === 'dead' ? row : undefined;
        },
        withinMs,
      ),
    async effects(key) {
      const { rows } = await outside.query('select count(*)::int as n from test_effect where key = $1', [key]);
      return rows[0]?.n ?? 0;
    },
    stopAll,
    async reset() {
      await stopAll();
      await outside.query('delete from job');
    },
    async close() {
      await stopAll();
      await deps.close();
      await outside.end();
      await database.drop();
    },
  };
}

const FIND_JOB = `
  select id, kind, state, dispatch, fence, attempts, crashes, worker, last_error_code, null as outcome, null as result
  from job where id = $1
  union all
  select id, kind, outcome, 0, 0, attempts, crashes, null, null, outcome, result from job_done where id = $1`;
