import { PgBoss } from 'pg-boss';
import { countOf, inTransaction, openPool, runSql } from './sql.ts';
import type { Subject } from './subject.ts';
import { CONCURRENCY, CONNECTIONS, INSERT_NOTE, INSERT_SEEN, JOB, NOTE_BODY, type Note, openTables } from './work.ts';

/**
 * As its documentation advises: `send` with the caller's transaction as its `db`; workers that fetch a batch, keep
 * fetching while batches come back full, and commit a batch's effects together with its end (`transactional`). As many
 * jobs at a time as everybody here: two workers with batches of half as many.
 */
export const pgBoss: Subject = {
  name: 'pg-boss',
  async prepare({ owner }) {
    const boss = new PgBoss(owner);
    boss.on('error', () => {});
    await boss.start();
    await boss.createQueue(JOB);
    await boss.stop();
    await runSql(owner, openTables);
  },
  async open({ urls }) {
    const pool = openPool(urls.owner);
    const boss = new PgBoss({ connectionString: urls.owner, max: CONNECTIONS });
    boss.on('error', (error) => process.stderr.write(`pg-boss: ${error.message}\n`));
    await boss.start();
    return {
      produce: (note) =>
        inTransaction(pool, async (client) => {
          await client.query(INSERT_NOTE, [note.id, note.userId, NOTE_BODY]);
          const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) };
          await boss.send(JOB, note, { db });
        }),
      async work(onEffect) {
        await boss.work<Note, void, typeof WORK>(JOB, WORK, async (jobs, tx) => {
          for (const { data } of jobs) {
            onEffect();
            await tx.executeSql(INSERT_SEEN, [data.id, data.userId]);
          }
        });
      },
      unfinished: () => countOf(pool, `select count(*) from pgboss.job where state <> 'completed'`),
      async close() {
        await boss.stop();
        await pool.end();
      },
    };
  },
};

const WORK = {
  transactional: true,
  batchSize: CONCURRENCY / 2,
  localConcurrency: 2,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 0.5,
} as const;
