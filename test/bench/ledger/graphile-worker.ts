import { Logger, type Runner, run, runMigrations } from 'graphile-worker';
import { countOf, inTransaction, openPool, runSql } from './sql.ts';
import type { Subject } from './subject.ts';
import { CONCURRENCY, CONNECTIONS, INSERT_NOTE, INSERT_SEEN, JOB, NOTE_BODY, type Note, openTables } from './work.ts';

/** The settings under which its documentation gives its own figures; an effect and its job's end are then further apart. */
const BATCHED = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };

/**
 * The job is added inside the business transaction by the function it offers for that, and the handler writes through
 * `withPgClient`; effect and end are two commits. "At its defaults" means: `localQueue` and batched completion off, as
 * they are unless asked for. The number of jobs at a time (1 by default) and of connections is that of everybody here,
 * and its log, one line a job, goes nowhere.
 */
export const graphileWorker = ({ tuned }: { tuned: boolean }): Subject => ({
  name: tuned ? 'graphile-worker tuned' : 'graphile-worker',
  async prepare({ owner }) {
    await runMigrations({ connectionString: owner, logger: silent });
    await runSql(owner, openTables);
  },
  async open({ urls }) {
    const pool = openPool(urls.owner);
    let runner: Runner | undefined;
    return {
      produce: ({ id, userId }) =>
        inTransaction(pool, async (client) => {
          await client.query(INSERT_NOTE, [id, userId, NOTE_BODY]);
          await client.query('select graphile_worker.add_job($1, $2::json)', [JOB, JSON.stringify({ id, userId })]);
        }),
      async work(onEffect) {
        runner = await run({
          logger: silent,
          noHandleSignals: true,
          preset: {
            worker: {
              connectionString: urls.owner,
              concurrentJobs: CONCURRENCY,
              maxPoolSize: CONNECTIONS,
              ...(tuned ? BATCHED : {}),
            },
          },
          taskList: {
            [JOB]: async (payload, { withPgClient }) => {
              const { id, userId } = payload as Note;
              onEffect();
              await withPgClient((client) => client.query(INSERT_SEEN, [id, userId]));
            },
          },
        });
      },
      unfinished: () => countOf(pool, 'select count(*) from graphile_worker._private_jobs'),
      async close() {
        await runner?.stop();
        await pool.end();
      },
    };
  },
});

const silent = new Logger(() => () => {});
