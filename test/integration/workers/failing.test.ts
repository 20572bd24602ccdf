import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { replayJob } from '../../../shared/ledger/cancel.ts';
import { permanent, throttled, transient } from '../../../shared/platform/errors.ts';
import { registryOf, type TestHandler, testContract } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';
import { BACKENDS, EFFECT, type WorkerHarness, workerHarness } from '../../support/worker-harness.ts';

const plain = testContract('plain');

/** Fails with these errors, one an attempt, then succeeds. */
const failing = (...errors: readonly unknown[]): TestHandler & { runs: number } => ({
  runs: 0,
  async effect({ key }, { tx, job }) {
    await tx.query(EFFECT, [key, job.id]);
    const error = errors[this.runs];
    this.runs += 1;
    if (error) throw error;
  },
});

describe.each(BACKENDS)('a job that fails on %s', (backend) => {
  let harness: WorkerHarness;
  beforeAll(async () => {
    harness = await workerHarness(backend);
  });
  afterEach(() => harness.reset());
  afterAll(() => harness.close());

  const attempts = async (id: string) =>
    (
      await harness.outside.query(
        'select attempt, outcome, error_code, error_class from job_attempt where job_id = $1 order by finished_at',
        [id],
      )
    ).rows;

  it('is tried again after a transient error, and its failed attempts leave nothing behind', async () => {
    await harness.start({ registry: registryOf([plain, failing(transient('odd', 'x'), new TypeError('y'))]) });
    const id = await harness.ask(plain, { key: 'a' });
    expect(await harness.settled(id)).toMatchObject({ outcome: 'done', attempts: 3 });
    expect(await harness.effects('a')).toBe(1);
    expect(await attempts(id)).toEqual([
      { attempt: 1, outcome: 'retrying', error_code: 'odd', error_class: 'transient' },
      { attempt: 2, outcome: 'retrying', error_code: 'TypeError', error_class: 'transient' },
      { attempt: 3, outcome: 'done', error_code: null, error_class: null },
    ]);
  });

  it('is dead once its attempts are used up', async () => {
    const handler = failing(...Array.from({ length: 9 }, () => transient('odd', 'x')));
    await harness.start({ registry: registryOf([plain, handler]) });
    const id = await harness.ask(plain, { key: 'b' });
    expect(await harness.settled(id)).toMatchObject({ state: 'dead', attempts: 3, last_error_code: 'odd' });
    expect(handler.runs).toBe(3);
    expect(await harness.effects('b')).toBe(0);
  });

  it('is dead at once after a permanent error, and done after a replay, however often that is asked for', async () => {
    const handler = failing(permanent('no_good', 'x'));
    await harness.start({ registry: registryOf([plain, handler]) });
    const id = await harness.ask(plain, { key: 'c' });
    expect(await harness.settled(id)).toMatchObject({ state: 'dead', attempts: 1, last_error_code: 'no_good' });
    const replay = () => harness.deps.database.transaction({ userId: null }, (tx) => replayJob(tx, id));
    const answers = [...(await Promise.all([replay(), replay(), replay()])), await replay()];
    expect(answers.filter(Boolean)).toHaveLength(1);
    await until('it is done', async () => (await harness.job(id))?.outcome === 'done');
    expect([handler.runs, await harness.effects('c')]).toEqual([2, 1]);
  });

  it('is parked, with no attempt spent, when the other side asks for a pause', async () => {
    const pushes = testContract('pushes', { pool: 'push', retry: { attempts: 1, firstDelay: '1s', maxDelay: '1s' } });
    await harness.start({ registry: registryOf([pushes, failing(throttled('slow_down', 'x', 400))]) });
    const id = await harness.ask(pushes, { key: 'd' });
    expect(await harness.settled(id)).toMatchObject({ outcome: 'done', attempts: 1 });
    const { rows } = await harness.outside.query(
      `select outcome, finished_at - min(finished_at) over () >= interval '400 milliseconds' as later
       from job_attempt where job_id = $1 order by finished_at`,
      [id],
    );
    expect(rows).toEqual([
      { outcome: 'parked', later: false },
      { outcome: 'done', later: true },
    ]);
  });

  it.each(['prepare', 'effect'] as const)(
    'runs out of time in %s, whether it heeds its signal or not',
    async (where) => {
      const slow = testContract('slow', {
        timeLimit: '200ms',
        retry: { attempts: 1, firstDelay: '1s', maxDelay: '1s' },
      });
      const hang = () => pause(60_000, undefined, { ref: false });
      const handler: TestHandler = {
        async prepare() {
          if (where === 'prepare') await hang();
        },
        async effect({ key }, { tx, job }) {
          await tx.query(EFFECT, [key, job.id]);
          if (where === 'effect') await hang();
        },
      };
      await harness.start({ registry: registryOf([slow, handler], [plain, failing()]) });
      const id = await harness.ask(slow, { key: `slow ${where}` });
      expect(await harness.settled(id, 5_000)).toMatchObject({ state: 'dead', last_error_code: 'time_limit' });
      expect(await harness.effects(`slow ${where}`)).toBe(0);
      expect(await harness.settled(await harness.ask(plain, { key: `next ${where}` }))).toMatchObject({
        outcome: 'done',
      });
    },
  );

  it('cannot write into a later transaction with work that goes on after its time', async () => {
    const late = testContract('late', { timeLimit: '100ms', retry: { attempts: 1, firstDelay: '1s', maxDelay: '1s' } });
    const written = Promise.withResolvers<unknown>();
    const dead = Promise.withResolvers<void>();
    const handler: TestHandler = {
      async effect({ key }, { tx, job }) {
        await tx.query('select 1');
        await dead.promise;
        await tx.query(EFFECT, [key, job.id]).then(() => written.resolve('written'), written.resolve);
      },
    };
    await harness.start({ registry: registryOf([late, handler]) }, { env: { DATABASE_POOL: '1' } });
    const id = await harness.ask(late, { key: 'late' });
    expect(await harness.settled(id)).toMatchObject({ state: 'dead' });
    dead.resolve();
    expect(await written.promise).not.toBe('written');
    expect(await harness.effects('late')).toBe(0);
  });

  it('is dead after five lost workers, and its neighbours are not', async () => {
    const handler: TestHandler = {
      async prepare({ key }) {
        if (key === 'killer') await new Promise(() => {});
      },
      async effect({ key }, { tx, job }) {
        await tx.query(EFFECT, [key, job.id]);
      },
    };
    await harness.start({ registry: registryOf([plain, handler]) });
    const id = await harness.ask(plain, { key: 'killer' });
    await until('it is dead', async () => {
      // As if the worker had been silent for longer than its lease, and the job's pause were over.
      await harness.outside.query(
        `update job set due_at = now() where state in ('running', 'retrying') and due_at > now() and id = $1`,
        [id],
      );
      return (await harness.job(id))?.state === 'dead';
    });
    expect(await harness.job(id)).toMatchObject({ state: 'dead', last_error_code: 'worker_lost', crashes: 5 });
    expect(await harness.settled(await harness.ask(plain, { key: 'neighbour' }))).toMatchObject({ outcome: 'done' });
  });
});
