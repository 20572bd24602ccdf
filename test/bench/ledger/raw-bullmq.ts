import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { inTransaction, openPool, runSql } from './sql.ts';
import type { Subject } from './subject.ts';
import { CONCURRENCY, INSERT_NOTE, INSERT_SEEN, JOB, NOTE_BODY, type Note, openTables } from './work.ts';

/**
 * For scale, not as a peer: the job is added after the commit, so a crash between the two loses it; effect and end are
 * apart; and a job is kept by Redis alone, here without persistence.
 */
export const rawBullMq: Subject = {
  name: 'raw BullMQ',
  prepare: ({ owner }) => runSql(owner, openTables),
  async open({ urls, redisUrl }) {
    const pool = openPool(urls.owner);
    const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
    const queue = new Queue<Note>(JOB, { connection });
    let worker: Worker<Note> | undefined;
    return {
      async produce(note) {
        await inTransaction(pool, (client) => client.query(INSERT_NOTE, [note.id, note.userId, NOTE_BODY]));
        await queue.add(JOB, note, { removeOnComplete: true });
      },
      async work(onEffect) {
        worker = new Worker<Note>(
          JOB,
          async ({ data }) => {
            onEffect();
            await pool.query(INSERT_SEEN, [data.id, data.userId]);
          },
          { connection, concurrency: CONCURRENCY },
        );
      },
      async unfinished() {
        const { waiting = 0, active = 0 } = await queue.getJobCounts('waiting', 'active');
        return waiting + active;
      },
      async close() {
        await worker?.close();
        await queue.close();
        connection.disconnect();
        await pool.end();
      },
    };
  },
};
