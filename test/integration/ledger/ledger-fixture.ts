import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { Pool } from 'pg';
import { type ClaimedJob, claimJobs, type Dispatch } from '../../../shared/ledger/claim.ts';
import { markDispatched } from '../../../shared/ledger/dispatch.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { type Database, openDatabase } from '../../../shared/platform/database/database.ts';
import type { JobId } from '../../../shared/platform/ids.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import type { TestContract, TestPayload } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';

export type LedgerRow = {
  id: JobId;
  kind: string;
  state: string;
  payload: TestPayload;
  live_key: string | null;
  lane: number;
  dispatch: number;
  fence: number;
  attempts: number;
  crashes: number;
  coalesced: number;
  worker: string | null;
  last_error_code: string | null;
  due_in_ms: number;
};

/** A ledger of the test file's own, emptied before each test. Fields are there once `beforeAll` has run. */
export function ledgerFixture() {
  let fresh: FreshDatabase;
  let database: Database;
  let api: Database;
  let outside: Pool;

  const open = (url: string) =>
    openDatabase({
      url,
      applicationName: 'test',
      maxConnections: 12,
      queryTimeoutMs: 20_000,
      connectTimeoutMs: 5_000,
      tls: false,
    });
  beforeAll(async () => {
    fresh = await freshDatabase();
    [database, api] = await Promise.all([open(fresh.urls.worker), open(fresh.urls.api)]);
    outside = new Pool({ connectionString: fresh.superuserUrl, max: 6 });
    // A test that failed may leave a session behind, which goes with its database.
    outside.on('error', () => {});
    outside.on('connect', (client) => client.on('error', () => {}));
    await outside.query(`
      create table test_effect (key text not null, job_id uuid not null);
      grant select, insert on test_effect to app_worker, app_api`);
  });
  beforeEach(() => outside.query('truncate job, job_done, job_attempt, schedule_fire, test_effect'));
  afterAll(async () => {
    await Promise.all([database?.close(), api?.close()]);
    await outside?.end();
    await fresh?.drop();
  });

  const row = async (id: JobId): Promise<LedgerRow | undefined> =>
    (
      await outside.query<LedgerRow>(
        'select *, (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as due_in_ms from job where id = $1',
        [id],
      )
    ).rows[0];
  const fixture = {
    get database() {
      return database;
    },
    get api() {
      return api;
    },
    get outside() {
      return outside;
    },
    get urls() {
      return fresh.urls;
    },
    add: (contract: TestContract, payload: TestPayload, dueAt?: Temporal.Instant) =>
      database.transaction({ userId: null }, async (tx) => enqueue(tx, contract, payload, dueAt ? { dueAt } : {})),
    row,
    rows: async (): Promise<LedgerRow[]> => (await outside.query<LedgerRow>('select * from job order by id')).rows,
    ended: async (id: JobId) => (await outside.query('select * from job_done where id = $1', [id])).rows[0],
    attempts: async (id: JobId) =>
      (await outside.query('select * from job_attempt where job_id = $1 order by finished_at', [id])).rows,
    effects: async (): Promise<string[]> =>
      (await outside.query<{ key: string }>('select key from test_effect order by key')).rows.map(({ key }) => key),
    /** Marks everything runnable of the pool that test contracts use. */
    dispatchAll: () => markDispatched(database, 'streaks', 1_000),
    async claim(id: JobId, worker = 'worker-1'): Promise<ClaimedJob> {
      const current = await row(id);
      const [claimed] = await claimJobs(database, [{ id, dispatch: current?.dispatch ?? 0 }], worker);
      if (!claimed) throw new Error(`${id} could not be claimed: ${JSON.stringify(current)}`);
      return claimed;
    },
    async addClaimed(contract: TestContract, payload: TestPayload, worker?: string): Promise<ClaimedJob> {
      const id = await fixture.add(contract, payload);
      await fixture.dispatchAll();
      return fixture.claim(id, worker);
    },
    tryClaim: (dispatches: readonly Dispatch[], worker = 'worker-1') => claimJobs(database, dispatches, worker),
    /** Makes every instant of a row so much earlier, as if it had waited. */
    age: (id: JobId, interval: string) =>
      outside.query(
        `update job set due_at = due_at - $2::interval, expires_at = expires_at - $2::interval where id = $1`,
        [id, interval],
      ),
    /** Resolves when so many statements of this database wait for a lock. */
    untilWaiting: (count: number) =>
      until(`${count} statements wait for a lock`, async () => {
        const { rows } = await outside.query<{ n: number }>(
          `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return rows[0]?.n === count;
      }),
  };
  return fixture;
}

/** A promise to be resolved by the test. */
export const gate = () => Promise.withResolvers<void>();
