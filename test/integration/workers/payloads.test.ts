import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineJob } from '../../../shared/ledger/contract.ts';
import { registryOf, type TestHandler, testContract } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';
import { BACKENDS, EFFECT, type WorkerHarness, workerHarness } from '../../support/worker-harness.ts';

const plain = testContract('plain');
const leavesTrace: TestHandler = {
  async effect({ key }, { tx, job }) {
    await tx.query(EFFECT, [key, job.id]);
  },
};

describe.each(BACKENDS)('payloads on %s', (backend) => {
  let harness: WorkerHarness;
  beforeAll(async () => {
    harness = await workerHarness(backend);
  });
  afterEach(() => harness.reset());
  afterAll(() => harness.close());

  const store = async (kind: string, version: number, payload: unknown) => {
    const { rows } = await harness.outside.query(
      `insert into job (id, kind, version, pool, lane, payload) values (gen_random_uuid(), $1, $2, 'streaks', 2, $3) returning id`,
      [kind, version, JSON.stringify(payload)],
    );
    return rows[0]?.id;
  };
  it('are checked again at the claim: a broken one is dead with its reason, its neighbour is done', async () => {
    await harness.start({ registry: registryOf([plain, leavesTrace]) });
    const broken = await store('plain', 1, { key: 7 });
    const fine = await harness.ask(plain, { key: 'fine' });
    expect(await harness.settled(broken)).toMatchObject({
      state: 'dead',
      last_error_code: 'invalid_payload',
      attempts: 1,
    });
    expect(await harness.settled(fine)).toMatchObject({ outcome: 'done' });
  });

  it('of an unknown kind are dead with their reason', async () => {
    await harness.start({ registry: registryOf([plain, leavesTrace]) });
    const id = await store('never.heard', 1, {});
    expect(await harness.settled(id)).toMatchObject({ state: 'dead', last_error_code: 'unknown_kind' });
  });

  it('of older versions are read step by step as the newest', async () => {
    const third = defineJob({
      name: 'versioned',
      version: 3,
      pool: 'streaks',
      lane: 'normal',
      payload: z.object({ key: z.string() }),
      upcasters: {
        1: (old) => ({ name: (old as { n: string }).n }),
        2: (old) => ({ key: (old as { name: string }).name }),
      },
      retry: { attempts: 1, firstDelay: '1s', maxDelay: '1s' },
    });
    await harness.start({ registry: registryOf([third, leavesTrace]) });
    for (const [version, payload] of [
      [1, { n: 'one' }],
      [2, { name: 'two' }],
      [3, { key: 'three' }],
    ] as const) {
      expect(await harness.settled(await store('versioned', version, payload))).toMatchObject({ outcome: 'done' });
    }
    expect([await harness.effects('one'), await harness.effects('two'), await harness.effects('three')]).toEqual([
      1, 1, 1,
    ]);
  });

  it('of a version nobody can read any more are dead with their reason', async () => {
    const second = testContract('unreadable', { version: 2 });
    await harness.start({ registry: registryOf([second, leavesTrace]) });
    const id = await store('unreadable', 1, {});
    expect(await harness.settled(id)).toMatchObject({ state: 'dead', last_error_code: 'unreadable_version' });
  });

  it('of a newer version go back untouched, for a newer worker', async () => {
    await harness.start({ registry: registryOf([plain, leavesTrace]) });
    const id = await store('plain', 2, { key: 'new', more: true });
    const back = await until('it was handed back', async () => {
      const job = await harness.job(id);
      return job && job.fence > 0 && job.state === 'pending' ? job : undefined;
    });
    expect(back).toMatchObject({ attempts: 0, crashes: 0 });
    await harness.stopAll();
    await harness.start({ registry: registryOf([testContract('plain', { version: 2 }), leavesTrace]) });
    expect(await harness.settled(id)).toMatchObject({ outcome: 'done', attempts: 1 });
    expect(await harness.effects('new')).toBe(1);
  });

  it('forged straight into the queue do nothing', async () => {
    await harness.start({ registry: registryOf([plain, leavesTrace]) });
    const live = await harness.ask(plain, { key: 'later' }, Temporal.Now.instant().add({ hours: 1 }));
    const queue = harness.deps.queues.queue('streaks');
    const forged = [
      {},
      { id: live, dispatch: 0 },
      { id: live, dispatch: 1 },
      { id: live, dispatch: '1 or 1=1' },
      { id: `${live}' or true`, dispatch: 1 },
      { id: crypto.randomUUID(), dispatch: 1 },
      'text',
      null,
    ];
    const jobs = await Promise.all(forged.map((data) => queue.add('plain', data as never)));
    for (const job of jobs) {
      await until('the queue is done with it', async () =>
        // Of a job that came to its end the PostgreSQL backend keeps nothing.
        ['completed', 'failed', 'unknown'].includes(await queue.getJobState(job.id ?? '')),
      );
    }
    expect(await harness.job(live)).toMatchObject({ state: 'pending', attempts: 0 });
    expect(await harness.effects('later')).toBe(0);
  });
});
