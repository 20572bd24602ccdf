import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cancelJob } from '../../../shared/ledger/cancel.ts';
import { registryOf, type TestHandler, testContract } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';
import { BACKENDS, EFFECT, type WorkerHarness, workerHarness } from '../../support/worker-harness.ts';

const plain = testContract('plain');
const long = testContract('long', { pool: 'audio', timeLimit: '10m' });

/** Works until it is stopped, and tells when it began and why it ended. */
const untilStopped = () => {
  const began = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<unknown>();
  const handler: TestHandler = {
    async prepare(_payload, { signal }) {
      began.resolve();
      await once(signal, 'abort');
      stopped.resolve(signal.reason);
    },
    async effect({ key }, { tx, job }) {
      await tx.query(EFFECT, [key, job.id]);
    },
  };
  return { handler, began: began.promise, stopped: stopped.promise };
};
const done: TestHandler = {
  async effect({ key }, { tx, job }) {
    await tx.query(EFFECT, [key, job.id]);
  },
};

describe.each(BACKENDS)('on %s', (backend) => {
  let harness: WorkerHarness;
  beforeAll(async () => {
    harness = await workerHarness(backend);
  });
  afterEach(() => harness.reset());
  afterAll(() => harness.close());

  const running = (id: Awaited<ReturnType<WorkerHarness['ask']>>) =>
    until('it runs', async () => (await harness.job(id))?.state === 'running');

  describe('cancelling', () => {
    it('stops work that runs in another process within two seconds, and nothing of it counts', async () => {
      const work = untilStopped();
      await harness.start({ registry: registryOf([long, work.handler]) });
      const id = await harness.ask(long, { key: 'a' });
      await work.began;
      expect(await cancelJob(harness.deps.database, id)).toBe(true);
      expect(await Promise.race([work.stopped, pause(2_000, 'too late')])).toBe('cancelled');
      expect(await harness.job(id)).toMatchObject({ outcome: 'cancelled' });
      expect(await harness.effects('a')).toBe(0);
    });

    it('stops it too when the message went by while the worker was cut off', async () => {
      const work = untilStopped();
      await harness.start({ registry: registryOf([long, work.handler]) });
      const id = await harness.ask(long, { key: 'b' });
      await work.began;
      await harness.outside.query('delete from job where id = $1', [id]);
      await harness.outside.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '% cancel'
         and datname = current_database()`,
      );
      expect(await Promise.race([work.stopped, pause(4_000, 'too late')])).toBe('lease_lost');
    });

    it('keeps a delayed job and one that waits in the queue from ever running', async () => {
      const work = untilStopped();
      await harness.start(
        { registry: registryOf([long, work.handler], [plain, done]) },
        { env: { WORKER_CONCURRENCY: '1' } },
      );
      const holds = await harness.ask(long, { key: 'holds the worker' });
      await work.began;
      const waiting = await harness.ask(long, { key: 'waiting' });
      const delayed = await harness.ask(plain, { key: 'delayed' }, Temporal.Now.instant().add({ seconds: 1 }));
      await until('it waits', async () => (await harness.job(waiting))?.state === 'dispatched');
      for (const id of [waiting, delayed, holds]) await cancelJob(harness.deps.database, id);
      await until('its time has come', async () => {
        const { rows } = await harness.outside.query(
          `select now() > created_at + interval '1 second' as come from job_done where id = $1`,
          [delayed],
        );
        return rows[0]?.come;
      });
      expect(await harness.settled(await harness.ask(plain, { key: 'after' }))).toMatchObject({ outcome: 'done' });
      expect([await harness.effects('waiting'), await harness.effects('delayed')]).toEqual([0, 0]);
    });
  });

  describe('a lease', () => {
    it('is renewed for as long as the work goes on', async () => {
      const work = untilStopped();
      await harness.start({ registry: registryOf([long, work.handler]), leaseMs: 600 });
      const id = await harness.ask(long, { key: 'c' });
      await running(id);
      const due = async (): Promise<number> =>
        (await harness.outside.query('select extract(epoch from due_at)::float8 as due from job where id = $1', [id]))
          .rows[0]?.due;
      const first = await due();
      await until('it was renewed beyond two leases', async () => (await due()) > first + 1.2);
      expect(await harness.job(id)).toMatchObject({ state: 'running', attempts: 1, crashes: 0 });
    });

    it('that is lost stops the work, and whoever took the job over does it', async () => {
      const work = untilStopped();
      await harness.start({ registry: registryOf([long, work.handler]), leaseMs: 600 });
      const id = await harness.ask(long, { key: 'd' });
      await work.began;
      // As a sweep does that has found the lease run out.
      await harness.outside.query(
        `update job set state = 'retrying', fence = fence + 1, crashes = crashes + 1, due_at = now() + interval '1 hour' where id = $1`,
        [id],
      );
      expect(await work.stopped).toBe('lease_lost');
      await harness.stopAll();
      await harness.outside.query('update job set due_at = now() where id = $1', [id]);
      await harness.start({ registry: registryOf([long, done]) });
      expect(await harness.settled(id)).toMatchObject({ outcome: 'done', crashes: 1 });
      expect(await harness.effects('d')).toBe(1);
    });
  });

  it('work whose job is claimed anew by its own process is stopped, and only the new claim counts', async () => {
    const attempts: string[] = [];
    const handler: TestHandler = {
      async prepare(_payload, { signal, job }) {
        attempts.push(`began ${job.attempt}`);
        if (job.attempt > 1) return;
        await once(signal, 'abort');
        attempts.push(signal.reason);
      },
      async effect({ key }, { tx, job }) {
        await tx.query(EFFECT, [key, job.id]);
      },
    };
    await harness.start({ registry: registryOf([long, handler]) });
    const id = await harness.ask(long, { key: 'again' });
    await until('it runs', () => attempts.length > 0);
    await harness.outside.query(
      `update job set state = 'retrying', fence = fence + 1, crashes = crashes + 1, due_at = now() where id = $1`,
      [id],
    );
    expect(await harness.settled(id)).toMatchObject({ outcome: 'done', attempts: 2, crashes: 1 });
    expect([...attempts].sort()).toEqual(['began 1', 'began 2', 'lease_lost']);
    expect(await harness.effects('again')).toBe(1);
  });

  describe('draining', () => {
    it('lets what runs finish', async () => {
      const began = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const handler: TestHandler = {
        async effect({ key }, { tx, job }) {
          began.resolve();
          await release.promise;
          await tx.query(EFFECT, [key, job.id]);
        },
      };
      const worker = await harness.start({ registry: registryOf([plain, handler]) });
      const id = await harness.ask(plain, { key: 'e' });
      await began.promise;
      const drained = worker.drain(10_000);
      release.resolve();
      await drained;
      expect(await harness.job(id)).toMatchObject({ outcome: 'done', attempts: 1 });
    });

    it('hands back what does not finish in time, at once and without an attempt spent', async () => {
      const work = untilStopped();
      const worker = await harness.start({ registry: registryOf([long, work.handler]) });
      const id = await harness.ask(long, { key: 'f' });
      await work.began;
      await worker.drain(100);
      expect(await work.stopped).toBe('shutdown');
      expect(await harness.job(id)).toMatchObject({ state: 'pending', attempts: 0, crashes: 0, worker: null });
      await harness.start({ registry: registryOf([long, done]) });
      expect(await harness.settled(id, 5_000)).toMatchObject({ outcome: 'done', attempts: 1, crashes: 0 });
    });

    it('hands back an effect that has not come to its end, and takes it back', async () => {
      const began = Promise.withResolvers<void>();
      const handler: TestHandler = {
        async effect({ key }, { tx, job }) {
          await tx.query(EFFECT, [key, job.id]);
          began.resolve();
          await new Promise(() => {});
        },
      };
      const worker = await harness.start({ registry: registryOf([plain, handler]) });
      const id = await harness.ask(plain, { key: 'g' });
      await began.promise;
      await worker.drain(100);
      expect(await harness.job(id)).toMatchObject({ state: 'pending', attempts: 0 });
      expect(await harness.effects('g')).toBe(0);
    });
  });

  it('fifty preparations that hang leave other pools running on five connections', async () => {
    const work = untilStopped();
    await harness.start(
      { registry: registryOf([long, work.handler], [plain, done]) },
      { env: { DATABASE_POOL: '5', WORKER_CONCURRENCY: '50' } },
    );
    const hanging = await Promise.all(Array.from({ length: 50 }, (_, n) => harness.ask(long, { key: `hang ${n}` })));
    await until('all fifty hang', async () => {
      const { rows } = await harness.outside.query(`select count(*)::int as n from job where state = 'running'`);
      return rows[0]?.n === 50;
    });
    const ids = await Promise.all(Array.from({ length: 100 }, (_, n) => harness.ask(plain, { key: `quick ${n}` })));
    for (const id of ids) expect(await harness.settled(id)).toMatchObject({ outcome: 'done', attempts: 1 });
    for (const id of hanging) await cancelJob(harness.deps.database, id);
  });
});
