import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { WORK_CHANNEL } from '../../../shared/platform/database/database.ts';
import { listen } from '../../../shared/platform/database/listener.ts';
import type { Queues } from '../../../shared/platform/queue/queues.ts';
import { registryOf, type TestHandler, testContract } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';
import { BACKENDS, EFFECT, type WorkerHarness, workerHarness } from '../../support/worker-harness.ts';

const plain = testContract('plain');
const done: TestHandler = {
  async effect({ key }, { tx, job }) {
    await tx.query(EFFECT, [key, job.id]);
  },
};
const registry = registryOf([plain, done]);
type Bulk = Parameters<ReturnType<Queues['queue']>['addBulk']>[0];

/** The same queues with something in the way of adding. */
const intercepted = (
  queues: Queues,
  add: (pass: (jobs: Bulk) => Promise<unknown>, jobs: Bulk) => Promise<unknown>,
) => ({
  ...queues,
  queue: (name: string) => {
    const queue = queues.queue(name);
    return new Proxy(queue, {
      get(target, property) {
        if (property === 'addBulk') return (jobs: Bulk) => add((all) => target.addBulk(all), jobs);
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  },
});

describe.each(BACKENDS)('the relay on %s', (backend) => {
  let harness: WorkerHarness;
  beforeAll(async () => {
    harness = await workerHarness(backend);
  });
  afterEach(async () => {
    await harness.reset();
    await harness.deps.queues.queue('streaks').drain();
  });
  afterAll(() => harness.close());

  const waiting = async () => {
    const counts = await harness.deps.queues.queue('streaks').getJobCounts('waiting', 'prioritized');
    return (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0);
  };
  const states = async (): Promise<Record<string, number>> => {
    const { rows } = await harness.outside.query('select state, count(*)::int as n from job group by state');
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  };
  const ask = (count: number, keys: string) =>
    harness.deps.database.transaction({ userId: null }, async (tx) =>
      Array.from({ length: count }, (_, n) => enqueue(tx, plain, { key: `${keys} ${n}` })),
    );
  const relayOnly = (options?: Parameters<WorkerHarness['start']>[1]) =>
    harness.start({ pools: [], roles: ['relay'], registry }, options);
  const overdue = () =>
    harness.outside.query(`update job set due_at = now() - interval '1 second' where state = 'dispatched'`);

  it('lets at most a thousand jobs wait in a queue; the rest stay in PostgreSQL', async () => {
    await relayOnly();
    await ask(2_500, 'many');
    await until('the queue is full', async () => (await waiting()) === 1_000);
    for (let look = 0; look < 20; look += 1) expect(await waiting()).toBe(1_000);
    expect(await states()).toEqual({ dispatched: 1_000, pending: 1_500 });
  });

  it('fills the queue again as it is worked off', async () => {
    await ask(2_500, 'flow');
    await harness.start({ pools: ['streaks'], roles: ['relay'], registry });
    await until('all are done', async () => Object.keys(await states()).length === 0, 25_000);
    const { rows } = await harness.outside.query(
      `select count(*)::int as n, count(distinct key)::int as keys from test_effect where key like 'flow %'`,
    );
    expect(rows).toEqual([{ n: 2_500, keys: 2_500 }]);
  });

  it('sends overdue jobs again only where the queue has lost them', async () => {
    await relayOnly();
    const [kept, lost] = (await ask(2, 'overdue')) as [never, never];
    await until('both wait', async () => (await waiting()) === 2);
    const queue = harness.deps.queues.queue('streaks');
    await queue.remove(`${lost}-1`);
    await overdue();
    await until('the lost one went again', async () => (await harness.job(lost))?.dispatch === 2);
    await until('the other was given more time', async () => {
      const { rows } = await harness.outside.query('select due_at > now() as later from job where id = $1', [kept]);
      return rows[0]?.later;
    });
    expect(await harness.job(kept)).toMatchObject({ dispatch: 1, state: 'dispatched' });
    await until('both wait again', async () => (await waiting()) === 2);
  });

  it('sends everything again when the queue has been emptied', async () => {
    await relayOnly();
    await ask(300, 'emptied');
    await until('all wait', async () => (await waiting()) === 300);
    await harness.deps.queues.queue('streaks').obliterate({ force: true });
    await overdue();
    await until('all wait again', async () => (await waiting()) === 300);
    await harness.start({ pools: ['streaks'], roles: [], registry });
    await until('all are done', async () => Object.keys(await states()).length === 0);
  });

  it('holds no row while it adds: a claim, a coalescing fact and a cancel need not wait for the queue', async () => {
    const adding = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const queues = intercepted(harness.deps.queues, async (pass, jobs) => {
      adding.resolve();
      await release.promise;
      return pass(jobs);
    });
    await relayOnly({ overrides: { queues: { ...queues, close: async () => {} } } });
    const [id] = await ask(1, 'held');
    await adding.promise;
    const look = harness.outside.query('select state from job where id = $1 for update nowait', [id]);
    const { rows } = await look.finally(release.resolve);
    expect(rows).toEqual([{ state: 'dispatched' }]);
    await until('it was added', async () => (await waiting()) === 1);
  });

  it('takes marks back when the queue refuses, and what got there all the same cannot run twice', async () => {
    let refusals = 1;
    const queues = intercepted(harness.deps.queues, async (pass, jobs) => {
      await pass(jobs);
      refusals -= 1;
      if (refusals >= 0) throw new Error('answered too late');
    });
    await relayOnly({ overrides: { queues: { ...queues, close: async () => {} } } });
    const [id] = (await ask(1, 'refused')) as [never];
    await until('it was sent twice', async () => (await harness.job(id))?.dispatch === 2 && (await waiting()) === 2);
    await harness.start({ pools: ['streaks'], roles: [], registry });
    expect(await harness.settled(id)).toMatchObject({ outcome: 'done', attempts: 1 });
    await until('both are worked off', async () => (await waiting()) === 0);
    expect(await harness.effects('refused 0')).toBe(1);
  });

  it.each([2, 5])('is one of %i without a leader, and each job is done once', async (relays) => {
    await Promise.all(
      Array.from({ length: relays }, () => harness.start({ pools: ['streaks'], roles: ['relay'], registry })),
    );
    await Promise.all(Array.from({ length: 10 }, (_, n) => ask(40, `r${relays} ${n}`)));
    await until('all are done', async () => Object.keys(await states()).length === 0, 25_000);
    const { rows } = await harness.outside.query(
      `select count(*)::int as n, count(distinct key)::int as keys from test_effect where key like $1`,
      [`r${relays} %`],
    );
    expect(rows).toEqual([{ n: 400, keys: 400 }]);
    const again = await harness.outside.query(
      `select attempts, crashes, (select array_agg(outcome || ' ' || coalesce(error_code, '')) from job_attempt where job_id = id)
       from job_done where attempts > 1`,
    );
    expect(again.rows).toEqual([]);
  });
});

describe('the announcement of work', () => {
  let harness: WorkerHarness;
  beforeAll(async () => {
    harness = await workerHarness('postgres');
  });
  afterAll(() => harness.close());

  it('comes after the commit, once for many transactions, and not at all for one that is rolled back', async () => {
    const heard: string[] = [];
    const { database } = harness.deps;
    const connected = Promise.withResolvers<void>();
    const listener = listen(
      { url: database.url, tls: false, applicationName: 'test', channel: WORK_CHANNEL },
      (topics) => {
        if (topics === '') connected.resolve();
        else heard.push(topics);
      },
    );
    await connected.promise;
    await database
      .transaction({ userId: null }, async (tx) => {
        enqueue(tx, testContract('rolled-back', { pool: 'mail' }), { key: 'x' });
        throw new Error('no');
      })
      .catch(() => {});
    await Promise.all(Array.from({ length: 50 }, (_, n) => harness.ask(plain, { key: String(n) })));
    await until('it is announced', () => heard.length > 0);
    await listener.close();
    expect(new Set(heard)).toEqual(new Set(['streaks']));
    expect(heard.length).toBeLessThan(50);
  });
});
