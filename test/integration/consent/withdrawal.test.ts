import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import type { Database } from '../../../shared/platform/database/database.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { newAccount, newConsent } from '../../support/factories.ts';
import { registryOf, type TestHandler, testContract } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';
import { openAsApi, withdraw } from '../../support/withdrawal.ts';
import { BACKENDS, EFFECT, type WorkerHarness, workerHarness } from '../../support/worker-harness.ts';

const JOBS = 1_000;

const purposeful = testContract('purposeful', { purpose: () => 'recommendation_learning' });
const plain = testContract('plain');
const leavesTrace: TestHandler = {
  async effect({ key }, { tx, job }) {
    await tx.query(EFFECT, [key, job.id]);
  },
};
const registry = registryOf([purposeful, leavesTrace], [plain, leavesTrace]);

describe.each(BACKENDS)('a withdrawal while work waits on %s', (backend) => {
  let harness: WorkerHarness;
  let api: Database;
  let userId: UserId;
  beforeAll(async () => {
    harness = await workerHarness(backend);
    api = await openAsApi(harness.urls.api);
    userId = await newAccount(api);
    await newConsent(api, userId, 'recommendation_learning');
  });
  afterAll(async () => {
    await api?.close();
    await harness?.close();
  });

  const count = async (sql: string): Promise<number> => (await harness.outside.query(sql)).rows[0]?.n;
  const effects = () => count('select count(*)::int as n from test_effect');
  const ask = (keys: string, contract = purposeful, jobs = JOBS) =>
    harness.deps.database.transaction({ userId: null }, async (tx) => {
      for (let n = 0; n < jobs; n += 1) enqueue(tx, contract, { key: `${keys} ${n}`, userId });
    });
  const quiet = () =>
    until('nothing is left to do', async () => (await count('select count(*)::int as n from job')) === 0, 60_000);

  it('lets no effect commit after it', async () => {
    await ask('before');
    await Promise.all([1, 2].map(() => harness.start({ registry })));
    await until('work is under way', async () => (await effects()) >= JOBS / 20);
    const committed = await withdraw(api, userId, 'test_effect');
    await quiet();
    expect(await effects()).toBe(committed);
    expect(committed).toBeLessThan(JOBS);
    expect(
      await count(`select count(*)::int as n from job_done where outcome = 'done'
                   and result = '{"withheld": "recommendation_learning"}'`),
    ).toBe(JOBS - committed);
  });

  it('is not made up for by consent given again, and touches nothing that serves another purpose', async () => {
    const before = await effects();
    await ask('withheld', purposeful, 20);
    await ask('plain', plain, 20);
    await quiet();
    await newConsent(api, userId, 'recommendation_learning');
    await ask('again', purposeful, 20);
    await quiet();
    expect(await effects()).toBe(before + 40);
    expect(await count(`select count(*)::int as n from test_effect where key like 'withheld %'`)).toBe(0);
  });
});
