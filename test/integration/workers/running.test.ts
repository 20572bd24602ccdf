import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { registryOf, testContract } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';
import { BACKENDS, EFFECT, type WorkerHarness, workerHarness } from '../../support/worker-harness.ts';

describe.each(BACKENDS)('a pool on %s', (backend) => {
  let harness: WorkerHarness;
  beforeAll(async () => {
    harness = await workerHarness(backend);
  });
  afterEach(() => harness.stopAll());
  afterAll(() => harness.close());

  const plain = testContract('plain');
  const registry = registryOf([
    plain,
    {
      async effect({ key }, { tx, job }) {
        await tx.query(EFFECT, [key, job.id]);
        return { seen: key };
      },
    },
  ]);

  it('does what was asked for, once, and keeps the result', async () => {
    await harness.start({ registry });
    const id = await harness.ask(plain, { key: 'a' });
    const done = await until('the job is done', async () => {
      const job = await harness.job(id);
      return job?.outcome ? job : undefined;
    });
    expect(done).toMatchObject({ outcome: 'done', attempts: 1, result: { seen: 'a' } });
    expect(await harness.effects('a')).toBe(1);
  });
});
