import { z } from 'zod';
import { compose } from '../../../shared/compose.ts';
import { defineJob } from '../../../shared/ledger/contract.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import type { Handler } from '../../../shared/ledger/handler.ts';
import { migrateUp } from '../../../shared/migrate.ts';
import { loadConfig } from '../../../shared/platform/config/index.ts';
import { openDatabase } from '../../../shared/platform/database/database.ts';
import { UserId } from '../../../shared/platform/ids.ts';
import { startWorkerProcess, type WorkerProcess } from '../../../workers/worker-process.ts';
import { runSql } from './sql.ts';
import type { Place, Subject } from './subject.ts';
import { CONCURRENCY, CONNECTIONS, closedTables, INSERT_NOTE, INSERT_SEEN, JOB, NOTE_BODY } from './work.ts';

const noteSeen = defineJob({
  name: JOB,
  version: 1,
  pool: 'streaks',
  lane: 'normal',
  payload: z.object({ userId: UserId, noteId: z.uuid() }),
  retry: { attempts: 3, firstDelay: '1s', maxDelay: '10s' },
});

/**
 * Through what everybody uses: `enqueue` in a user's transaction as `app_api`; a registered handler under the subject's
 * row-level security as `app_worker`, with relay, claim, fence and attempt row.
 */
export const ours = (backend: 'redis' | 'postgres'): Subject => ({
  name: backend === 'redis' ? 'ours (Redis)' : 'ours (PostgreSQL backend)',
  async prepare({ owner }) {
    await migrateUp({ url: owner, tls: false });
    await runSql(owner, closedTables);
  },
  async open(place) {
    const api = await openDatabase({
      url: place.urls.api,
      applicationName: 'bench-api',
      maxConnections: CONNECTIONS,
      queryTimeoutMs: 30_000,
      connectTimeoutMs: 5_000,
      tls: false,
    });
    const deps = await compose(loadConfig('worker', {}, settings(place, backend)));
    let worker: WorkerProcess | undefined;

    return {
      produce: ({ id, userId }) =>
        api.transaction({ userId: UserId.parse(userId) }, async (tx) => {
          await tx.query(INSERT_NOTE, [id, userId, NOTE_BODY]);
          enqueue(tx, noteSeen, { userId: UserId.parse(userId), noteId: id });
        }),
      async work(onEffect) {
        const handler: Handler<typeof noteSeen> = {
          async effect({ noteId, userId }, { tx }) {
            onEffect();
            await tx.query(INSERT_SEEN, [noteId, userId]);
          },
        };
        const registry = new Map([[noteSeen.name, { contract: noteSeen, handler }]]);
        worker = await startWorkerProcess(deps, { pools: ['streaks'], roles: ['relay'], registry });
      },
      async unfinished() {
        const [row] = await deps.database.query<{ left: number }>('select count(*)::int as left from job');
        return row?.left ?? 0;
      },
      async close() {
        await worker?.drain();
        await deps.close();
        await api.close();
      },
    };
  },
});

const settings = ({ urls, redisUrl }: Place, backend: string) => ({
  APP_ENV: 'test',
  LOG_LEVEL: 'warn',
  SECRET_KEY: 'a secret of the benches, long enough to be one',
  DATABASE_URL: urls.worker,
  DATABASE_POOL: String(CONNECTIONS),
  QUEUE_BACKEND: backend,
  REDIS_URL: redisUrl,
  WORKER_POOLS: 'streaks',
  WORKER_ROLES: 'relay',
  WORKER_CONCURRENCY: String(CONCURRENCY),
});
