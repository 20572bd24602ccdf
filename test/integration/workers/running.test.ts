import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { coalescingContract, registryOf, type TestHandler, testContract } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';
import { BACKENDS, EFFECT, type WorkerHarness, workerHarness } from '../../support/worker-harness.ts';

const plain = testContract('plain');
const followed = testContract('followed');
const prepared = testContract('prepared');
const recompute = coalescingContract('recompute');

const leavesTrace: TestHandler = {
  async effect({ key }, { tx, job }) {
    await tx.query(EFFECT, [key, job.id]);
    return { seen: key };
  },
};

describe.each(BACKENDS)('a pool on %s', (backend) => {
  let harness: WorkerHarness;
  beforeAll(async () => {
    harness = await workerHarness(backend);
  });
  afterEach(() => harness.reset());
  afterAll(() => harness.close());

  it('does what was asked for, once, and keeps the result', async () => {
    await harness.start({ registry: registryOf([plain, leavesTrace]) });
    const id = await harness.ask(plain, { key: 'a' });
    expect(await harness.settled(id)).toMatchObject({ outcome: 'done', attempts: 1, result: { seen: 'a' } });
    expect(await harness.effects('a')).toBe(1);
  });

  it('works off what was asked for while no worker ran', async () => {
    const ids = await Promise.all(Array.from({ length: 200 }, (_, n) => harness.ask(plain, { key: `early-${n}` })));
    await Promise.all([1, 2].map(() => harness.start({ registry: registryOf([plain, leavesTrace]) })));
    for (const id of ids) expect(await harness.settled(id)).toMatchObject({ outcome: 'done', attempts: 1 });
    const { rows } = await harness.outside.query(
      `select count(*)::int as all, count(distinct key)::int as keys from test_effect where key like 'early-%'`,
    );
    expect(rows).toEqual([{ all: 200, keys: 200 }]);
  });

  it('sees a job that nobody announced, by looking every so often', async () => {
    await harness.start({ registry: registryOf([plain, leavesTrace]) });
    const { rows } = await harness.outside.query(
      `insert into job (id, kind, version, pool, lane, payload) values (gen_random_uuid(), 'plain', 1, 'streaks', 2, '{"key":"silent"}')
       returning id`,
    );
    expect(await harness.settled(rows[0]?.id)).toMatchObject({ outcome: 'done' });
  });

  it('commits effect, follow-up jobs and end together, and none of them when the effect fails', async () => {
    const handler: TestHandler = {
      async effect({ key }, { tx, enqueue, job }) {
        await tx.query(EFFECT, [key, job.id]);
        enqueue(plain, { key: `after ${key} ${job.attempt}` });
        if (job.attempt === 1) throw new Error('the first attempt fails at its very end');
      },
    };
    await harness.start({ registry: registryOf([followed, handler], [plain, leavesTrace]) });
    const id = await harness.ask(followed, { key: 'b' });
    expect(await harness.settled(id)).toMatchObject({ outcome: 'done', attempts: 2 });
    await until('the follow-up is done', () => harness.effects('after b 2'));
    expect([await harness.effects('b'), await harness.effects('after b 1')]).toEqual([1, 0]);
  });

  it('prepares outside the transaction and hands what it found to the effect', async () => {
    const handler: TestHandler = {
      async prepare({ key }, { transaction, job }) {
        await transaction({ userId: null }, (tx) => tx.query(EFFECT, [`prepared ${key}`, job.id]));
        return key.toUpperCase();
      },
      async effect(_payload, { tx, job }, found) {
        await tx.query(EFFECT, [found, job.id]);
        if (job.attempt === 1) throw new Error('again, please');
      },
    };
    await harness.start({ registry: registryOf([prepared, handler]) });
    expect(await harness.settled(await harness.ask(prepared, { key: 'c' }))).toMatchObject({
      outcome: 'done',
      attempts: 2,
    });
    // What preparation committed by itself stays, each time; the effect's own is there once.
    expect([await harness.effects('prepared c'), await harness.effects('C')]).toEqual([2, 1]);
  });

  it('runs the effect in the rights of the user whose job it is', async () => {
    const owned = testContract('owned');
    const handler: TestHandler = {
      async effect(_payload, { tx }) {
        const [row] = await tx.query<{ user: string }>(`select current_setting('app.user_id', true) as user`);
        return row;
      },
    };
    const userId = crypto.randomUUID() as never;
    await harness.start({ registry: registryOf([owned, handler]) });
    const job = await harness.settled(await harness.ask(owned, { key: 'd', userId }));
    expect(job).toMatchObject({ result: { user: userId } });
  });

  it('makes one job of facts that come while it waits, and another of one that comes while it runs', async () => {
    const started = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let runs = 0;
    const handler: TestHandler = {
      async prepare() {
        runs += 1;
        started.resolve();
        await release.promise;
      },
      async effect() {},
    };
    await Promise.all(Array.from({ length: 10 }, () => harness.ask(recompute, { key: 'u' })));
    await harness.start({ registry: registryOf([recompute, handler]) });
    await started.promise;
    const later = await harness.ask(recompute, { key: 'u' });
    release.resolve();
    expect(await harness.settled(later)).toMatchObject({ outcome: 'done' });
    expect(runs).toBe(2);
  });

  it('lets a job of the high lane overtake the others', async () => {
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const handler: TestHandler = {
      async effect({ key }) {
        order.push(key);
        first.resolve();
        await release.promise;
      },
    };
    const laned = (['low', 'normal', 'high'] as const).map((lane) => testContract(`lane-${lane}`, { lane }));
    const [low, normal, high] = laned as [typeof plain, typeof plain, typeof plain];
    await harness.start(
      { registry: registryOf(...laned.map((contract) => [contract, handler] as const)) },
      { env: { WORKER_CONCURRENCY: '1' } },
    );
    await harness.ask(normal, { key: 'holds the worker' });
    await first.promise;
    const ids = [];
    for (const [contract, key] of [
      [low, 'low'],
      [normal, 'normal'],
      [high, 'high'],
    ] as const) {
      ids.push(await harness.ask(contract, { key }));
    }
    for (const id of ids)
      await until('it is in the queue', async () => (await harness.job(id))?.state === 'dispatched');
    const counts = () => harness.deps.queues.queue('streaks').getJobCounts('waiting', 'prioritized');
    await until('all three wait', async () => {
      const { waiting = 0, prioritized = 0 } = await counts();
      return waiting + prioritized === 3;
    });
    release.resolve();
    for (const id of ids) await harness.settled(id);
    expect(order).toEqual(['holds the worker', 'high', 'normal', 'low']);
  });

  it('does delayed work when it is due, not before', async () => {
    await harness.start({ registry: registryOf([plain, leavesTrace]) });
    const dueAt = Temporal.Now.instant().add({ milliseconds: 1_500 });
    const id = await harness.ask(plain, { key: 'delayed' }, dueAt);
    await harness.settled(id);
    const { rows } = await harness.outside.query(
      `select at >= $1::timestamptz as due from test_effect where key = 'delayed'`,
      [dueAt.toString()],
    );
    expect(rows).toEqual([{ due: true }]);
  });

  it('ends work that was not started before it lost its use', async () => {
    const fresh = testContract('fresh', { expiresAfter: '1s' });
    const id = await harness.ask(fresh, { key: 'stale' });
    await until('it has expired', async () => {
      const { rows } = await harness.outside.query('select expires_at < now() as late from job where id = $1', [id]);
      return rows[0]?.late;
    });
    await harness.start({ registry: registryOf([fresh, leavesTrace]) });
    expect(await harness.settled(id)).toMatchObject({ outcome: 'expired', attempts: 0 });
    expect(await harness.effects('stale')).toBe(0);
  });
});
