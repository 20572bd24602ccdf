import { describe, expect, it } from '@jest/globals';
import { claimJobs } from '../../../shared/ledger/claim.ts';
import { extendDispatches, markDispatched } from '../../../shared/ledger/dispatch.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { finishJob } from '../../../shared/ledger/finish.ts';
import { renewLeases } from '../../../shared/ledger/lease.ts';
import { type Database, openDatabase } from '../../../shared/platform/database/database.ts';
import { testContract } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';
import { ledgerFixture } from './ledger-fixture.ts';

const ledger = ledgerFixture();
const plain = testContract('plain');

const OTHERS = `
  insert into job (id, kind, version, pool, lane, payload, state, fence, due_at)
  select uuidv7(), 'other', 1, 'trends', 2, '{}', state, 1, now() + interval '1 hour'
  from generate_series(1, 2000), unnest(array['running', 'dispatched', 'pending']) as state`;

async function throughAllStates(database: Database): Promise<void> {
  await database.transaction({ userId: null }, async (tx) => enqueue(tx, plain, { key: 'one' }));
  const marked = await markDispatched(database, 'streaks', 10);
  await extendDispatches(database, marked);
  const [job] = await claimJobs(database, marked, 'worker-1');
  if (!job) throw new Error('The job could not be claimed.');
  await renewLeases(database, [job]);
  await database.transaction({ userId: null }, async (tx) => finishJob(tx, job, null, { waitMs: 1, runMs: 1 }));
}

describe('a job on its way', () => {
  it('is found by its id alone, even by connections that planned while there were no jobs', async () => {
    await ledger.outside.query('vacuum analyze job');
    const database = await openDatabase({
      url: ledger.urls.worker,
      applicationName: 'lookups',
      maxConnections: 1,
      queryTimeoutMs: 20_000,
      connectTimeoutMs: 5_000,
      tls: false,
    });
    await throughAllStates(database);
    await ledger.outside.query(OTHERS);
    await ledger.outside.query('select pg_stat_reset()');
    for (let i = 0; i < 5; i += 1) await throughAllStates(database);
    await database.close();

    // A session tells what it has read when it ends.
    const { scans, read } = await until('the statistics of the session', async () => {
      const { rows } = await ledger.outside.query<{ scans: number; read: number }>(`
        select sum(idx_scan)::int as scans, sum(idx_tup_read)::int as read from pg_stat_user_indexes where relname = 'job'`);
      return rows[0] && rows[0].scans > 0 ? rows[0] : null;
    });
    expect(scans).toBeGreaterThanOrEqual(5 * 5);
    expect(read).toBeLessThan(1_000);
  });
});
