import { describe, expect, it } from '@jest/globals';
import { cancelJob, replayJob } from '../../../shared/ledger/cancel.ts';
import { type ClaimedJob, MAX_CRASHES } from '../../../shared/ledger/claim.ts';
import { type FailureDecision, failJob, handBackJob } from '../../../shared/ledger/fail.ts';
import { finishJob, isStaleFence } from '../../../shared/ledger/finish.ts';
import { sweepExpired, sweepLeases } from '../../../shared/ledger/sweep.ts';
import type { JobId } from '../../../shared/platform/ids.ts';
import { testContract } from '../../support/test-jobs.ts';
import { ledgerFixture } from './ledger-fixture.ts';

const ledger = ledgerFixture();
const plain = testContract('plain');
const DEAD: FailureDecision = { state: 'dead', code: 'broken', errorClass: 'permanent' };
const fail = (job: ClaimedJob, decision: FailureDecision) => failJob(ledger.database, job, decision, 5);
const replay = (id: JobId) => ledger.database.transaction({ userId: null }, (tx) => replayJob(tx, id));

describe('a failed attempt', () => {
  it('waits for its next try by the clock of PostgreSQL', async () => {
    const job = await ledger.addClaimed(plain, { key: 'a' });
    await fail(job, { state: 'retrying', code: 'odd', errorClass: 'transient', delayMs: 60_000 });
    const row = await ledger.row(job.id);
    expect(row).toMatchObject({ state: 'retrying', attempts: 1, last_error_code: 'odd' });
    expect(row?.due_in_ms).toBeGreaterThan(55_000);
    expect(await ledger.dispatchAll()).toEqual([]);
    await ledger.age(job.id, '1 minute');
    expect(await ledger.dispatchAll()).toMatchObject([{ id: job.id, dispatch: 2 }]);
  });

  it('spends no attempt when it was parked, and is numbered all the same', async () => {
    const job = await ledger.addClaimed(plain, { key: 'a' });
    await fail(job, { state: 'parked', code: 'slow_down', errorClass: 'throttled', delayMs: 0 });
    expect(await ledger.row(job.id)).toMatchObject({ state: 'parked', attempts: 0 });
    expect(await ledger.attempts(job.id)).toMatchObject([{ outcome: 'parked', attempt: 1 }]);
  });

  it('leaves each attempt in the history', async () => {
    const id = await ledger.add(plain, { key: 'a' });
    for (const worker of ['w1', 'w2']) {
      await ledger.dispatchAll();
      await fail(await ledger.claim(id, worker), {
        state: 'retrying',
        code: 'odd',
        errorClass: 'transient',
        delayMs: 0,
      });
    }
    await ledger.dispatchAll();
    await fail(await ledger.claim(id, 'w3'), DEAD);
    expect(await ledger.attempts(id)).toMatchObject([
      { attempt: 1, worker: 'w1', outcome: 'retrying', error_code: 'odd' },
      { attempt: 2, worker: 'w2', outcome: 'retrying' },
      { attempt: 3, worker: 'w3', outcome: 'dead', error_code: 'broken', error_class: 'permanent', run_ms: 5 },
    ]);
  });

  it('changes nothing for a worker whose claim was stolen', async () => {
    const first = await ledger.addClaimed(plain, { key: 'a' });
    await ledger.claim(first.id, 'thief');
    expect(await fail(first, DEAD)).toBe(false);
    expect(await ledger.row(first.id)).toMatchObject({ state: 'running', worker: 'thief' });
    expect(await ledger.attempts(first.id)).toEqual([]);
  });
});

describe('handing back', () => {
  it('leaves the job as it was, without an attempt spent, and makes the old claim stale', async () => {
    const job = await ledger.addClaimed(plain, { key: 'a' });
    await handBackJob(ledger.database, job);
    expect(await ledger.row(job.id)).toMatchObject({ state: 'pending', attempts: 0, crashes: 0, worker: null });
    expect(await fail(job, DEAD)).toBe(false);
  });
});

describe('the sweep', () => {
  it('takes a job from a worker that went silent, and the worker can no longer end it', async () => {
    const job = await ledger.addClaimed(plain, { key: 'a' }, 'silent');
    expect(await sweepLeases(ledger.database)).toEqual({ lost: 0, dead: 0 });
    await ledger.age(job.id, '1 minute');
    expect(await sweepLeases(ledger.database)).toEqual({ lost: 1, dead: 0 });
    expect(await ledger.row(job.id)).toMatchObject({ state: 'retrying', crashes: 1, last_error_code: 'worker_lost' });
    expect(await ledger.attempts(job.id)).toMatchObject([{ outcome: 'crashed', worker: 'silent', fence: 1 }]);
    const ending = ledger.database.transaction({ userId: null }, async (tx) =>
      finishJob(tx, job, null, { waitMs: 0, runMs: 0 }),
    );
    expect(isStaleFence(await ending.catch((error: unknown) => error))).toBe(true);
  });

  it(`gives a job up that has lost ${MAX_CRASHES} workers, and only that one`, async () => {
    const other = await ledger.add(plain, { key: 'neighbour' });
    const id = await ledger.add(plain, { key: 'killer' });
    for (let crash = 1; crash <= MAX_CRASHES; crash += 1) {
      await ledger.dispatchAll();
      await ledger.claim(id);
      await ledger.age(id, '1 minute');
      expect(await sweepLeases(ledger.database)).toEqual({ lost: 1, dead: crash === MAX_CRASHES ? 1 : 0 });
      // The first time it goes again at once, from then on after up to 1, 2, 4 seconds.
      expect((await ledger.row(id))?.due_in_ms).toBeLessThanOrEqual(crash === 1 ? 0 : 1_000 * 2 ** (crash - 2));
      await ledger.age(id, '1 minute');
    }
    expect(await ledger.row(id)).toMatchObject({ state: 'dead', crashes: MAX_CRASHES });
    expect(await ledger.row(other)).toMatchObject({ state: 'dispatched', crashes: 0 });
  });

  it('of several replicas counts each crash once', async () => {
    const job = await ledger.addClaimed(plain, { key: 'a' });
    await ledger.age(job.id, '1 minute');
    const swept = await Promise.all(Array.from({ length: 5 }, () => sweepLeases(ledger.database)));
    expect(swept.reduce((sum, { lost }) => sum + lost, 0)).toBe(1);
    expect(await ledger.row(job.id)).toMatchObject({ crashes: 1 });
  });

  it('ends expired work whether it waits, is dispatched or is to be retried, but not what runs', async () => {
    const fresh = testContract('fresh', { expiresAfter: '1m' });
    const [waiting, retrying, running] = [
      await ledger.add(fresh, { key: 'w' }),
      await ledger.addClaimed(fresh, { key: 'r' }),
      await ledger.addClaimed(fresh, { key: 'x' }),
    ];
    await fail(retrying, { state: 'retrying', code: 'odd', errorClass: 'transient', delayMs: 0 });
    for (const id of [waiting, retrying.id, running.id]) await ledger.age(id, '5 minutes');
    expect(await sweepExpired(ledger.database)).toBe(2);
    expect(await ledger.row(running.id)).toMatchObject({ state: 'running' });
    expect(await ledger.ended(waiting)).toMatchObject({ outcome: 'expired' });
  });
});

describe('a dead letter', () => {
  const dead = async () => {
    const job = await ledger.addClaimed(plain, { key: 'a' });
    await fail(job, DEAD);
    return job;
  };

  it('stays with its reason until somebody acts', async () => {
    const { id } = await dead();
    expect(await ledger.dispatchAll()).toEqual([]);
    expect(await ledger.row(id)).toMatchObject({ state: 'dead', last_error_code: 'broken' });
  });

  it('can be sent through again with fresh attempts, once, whoever asks how often at the same time', async () => {
    const { id } = await dead();
    const answers = await Promise.all(Array.from({ length: 8 }, () => replay(id)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await ledger.row(id)).toMatchObject({ state: 'pending', attempts: 0, crashes: 0 });
    expect(await replay(id)).toBe(false);
    expect(await ledger.dispatchAll()).toHaveLength(1);
  });

  it('that is replayed cannot be ended by whoever failed it', async () => {
    const job = await dead();
    await replay(job.id);
    expect(await fail(job, DEAD)).toBe(false);
  });
});

describe('cancelling', () => {
  it.each([
    ['waiting', () => ledger.add(plain, { key: 'a' })],
    ['delayed', () => ledger.add(plain, { key: 'a' }, Temporal.Now.instant().add({ hours: 1 }))],
    [
      'dispatched',
      async () => {
        const id = await ledger.add(plain, { key: 'a' });
        await ledger.dispatchAll();
        return id;
      },
    ],
    ['running', async () => (await ledger.addClaimed(plain, { key: 'a' })).id],
  ])('ends a %s job', async (_state, make) => {
    const id = await make();
    expect(await cancelJob(ledger.database, id)).toBe(true);
    expect(await ledger.row(id)).toBeUndefined();
    expect(await ledger.ended(id)).toMatchObject({ outcome: 'cancelled' });
    expect(await cancelJob(ledger.database, id)).toBe(false);
  });

  it('of a running job makes its end stale', async () => {
    const job = await ledger.addClaimed(plain, { key: 'a' });
    await cancelJob(ledger.database, job.id);
    const ending = ledger.database.transaction({ userId: null }, async (tx) => {
      await tx.query('insert into test_effect values ($1, $2)', ['late', job.id]);
      tx.beforeCommit(() => finishJob(tx, job, null, { waitMs: 0, runMs: 0 }));
    });
    expect(isStaleFence(await ending.catch((error: unknown) => error))).toBe(true);
    expect(await ledger.effects()).toEqual([]);
  });

  it('loses to an end that is committed first', async () => {
    const job = await ledger.addClaimed(plain, { key: 'a' });
    await ledger.database.transaction({ userId: null }, async (tx) =>
      finishJob(tx, job, null, { waitMs: 0, runMs: 0 }),
    );
    expect(await cancelJob(ledger.database, job.id)).toBe(false);
    expect(await ledger.ended(job.id)).toMatchObject({ outcome: 'done' });
  });
});
