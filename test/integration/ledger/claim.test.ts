import { describe, expect, it } from '@jest/globals';
import { markDispatched, unmarkDispatched } from '../../../shared/ledger/dispatch.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { type AttemptTimes, finishJob, isStaleFence } from '../../../shared/ledger/finish.ts';
import { renewLeases } from '../../../shared/ledger/lease.ts';
import { sweepExpired, sweepLeases } from '../../../shared/ledger/sweep.ts';
import { testContract } from '../../support/test-jobs.ts';
import { ledgerFixture } from './ledger-fixture.ts';

const ledger = ledgerFixture();
const plain = testContract('plain');
const TIMES: AttemptTimes = { waitMs: 1, runMs: 2 };
type Claimed = Awaited<ReturnType<typeof ledger.claim>>;

/** The effect and the end of a job, in one transaction. */
const finish = (job: Claimed, key: string) =>
  ledger.database.transaction({ userId: null }, async (tx) => {
    await tx.query('insert into test_effect values ($1, $2)', [key, job.id]);
    enqueue(tx, plain, { key: `after ${key}` });
    tx.beforeCommit(() => finishJob(tx, job, { key }, TIMES));
  });

describe('marking for dispatch', () => {
  it('takes the high lane first, and within a lane what has been due longest', async () => {
    const [low, normal, high] = (['low', 'normal', 'high'] as const).map((lane) => testContract('laned', { lane }));
    const ids = [];
    for (const contract of [low, normal, high, high]) ids.push(await ledger.add(contract ?? plain, { key: 'x' }));
    const order = [];
    for (let i = 0; i < 4; i += 1) order.push(...(await markDispatched(ledger.database, 'streaks', 1)));
    expect(order.map(({ lane }) => lane)).toEqual([1, 1, 2, 3]);
    expect(order.map(({ id }) => id)).toEqual([ids[2], ids[3], ids[1], ids[0]]);
  });

  it('gives every job to one of several relays', async () => {
    for (let i = 0; i < 30; i += 1) await ledger.add(plain, { key: String(i) });
    const marks = await Promise.all(Array.from({ length: 10 }, () => markDispatched(ledger.database, 'streaks', 5)));
    const ids = marks.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids, ...(await ledger.dispatchAll()).map(({ id }) => id)]).toHaveLength(30);
  });

  it('passes over a job that a transaction is just joining, instead of waiting for its commit', async () => {
    const [joined, free] = [await ledger.add(plain, { key: 'a' }), await ledger.add(plain, { key: 'b' })];
    const joining = await ledger.outside.connect();
    await joining.query('begin');
    await joining.query('update job set coalesced = 1 where id = $1', [joined]);
    const marked = await Promise.race([ledger.dispatchAll(), ledger.untilWaiting(1)]);
    await joining.query('commit');
    joining.release();
    expect(marked).toMatchObject([{ id: free }]);
    expect(await ledger.dispatchAll()).toMatchObject([{ id: joined }]);
  });

  it('keeps to its pool', async () => {
    await ledger.add(testContract('elsewhere', { pool: 'mail' }), { key: 'a' });
    expect(await ledger.dispatchAll()).toEqual([]);
  });

  it('that is taken back lets the job be marked again, under a new number', async () => {
    const id = await ledger.add(plain, { key: 'a' });
    await unmarkDispatched(ledger.database, await ledger.dispatchAll(), 0);
    expect(await ledger.dispatchAll()).toMatchObject([{ id, dispatch: 2 }]);
  });
});

describe('a claim', () => {
  it('takes the job with a new fence and counts the attempt', async () => {
    const job = await ledger.addClaimed(plain, { key: 'a' }, 'me');
    expect(job).toMatchObject({ kind: 'plain', version: 1, payload: { key: 'a' }, fence: 1, attempts: 1, crashes: 0 });
    expect(job.waitMs).toBeGreaterThanOrEqual(0);
    expect(await ledger.row(job.id)).toMatchObject({ state: 'running', worker: 'me' });
  });

  it('of an old dispatch gets nothing', async () => {
    const id = await ledger.add(plain, { key: 'a' });
    await unmarkDispatched(ledger.database, await ledger.dispatchAll(), 0);
    expect(await ledger.tryClaim([{ id, dispatch: 1 }])).toEqual([]);
    await ledger.dispatchAll();
    expect(await ledger.tryClaim([{ id, dispatch: 1 }])).toEqual([]);
    expect(await ledger.tryClaim([{ id, dispatch: 2 }])).toHaveLength(1);
  });

  it('of what is pending, ended or unknown gets nothing', async () => {
    const id = await ledger.add(plain, { key: 'a' });
    expect(await ledger.tryClaim([{ id, dispatch: 0 }])).toEqual([]);
    const job = await ledger.addClaimed(plain, { key: 'b' });
    await finish(job, 'b');
    expect(await ledger.tryClaim([{ id: job.id, dispatch: 1 }])).toEqual([]);
  });

  it('of a running job under the same dispatch steals it, which counts as a crash', async () => {
    const first = await ledger.addClaimed(plain, { key: 'a' }, 'silent');
    const second = await ledger.claim(first.id, 'other');
    expect(second).toMatchObject({ fence: first.fence + 1, attempts: 2, crashes: 1 });
    expect(await ledger.row(first.id)).toMatchObject({ worker: 'other' });
  });

  it('of a job that has crashed before is left to the sweep of leases', async () => {
    const { id } = await ledger.addClaimed(plain, { key: 'a' });
    await ledger.claim(id);
    expect(await ledger.tryClaim([{ id, dispatch: 1 }])).toEqual([]);
    await ledger.age(id, '1 minute');
    expect(await sweepLeases(ledger.database)).toEqual({ lost: 1, dead: 0 });
  });

  it('of an expired job gets nothing, and the job ends as expired', async () => {
    const id = await ledger.add(testContract('fresh', { expiresAfter: '1m' }), { key: 'a' });
    const marked = await ledger.dispatchAll();
    await ledger.age(id, '2 minutes');
    expect(await ledger.tryClaim(marked)).toEqual([]);
    expect(await sweepExpired(ledger.database)).toBe(1);
    expect(await ledger.ended(id)).toMatchObject({ outcome: 'expired', attempts: 0 });
  });
});

describe('the end of a job', () => {
  it('commits the effect, the follow-up job and the history together', async () => {
    const job = await ledger.addClaimed(plain, { key: 'a' }, 'me');
    await finish(job, 'a');
    expect(await ledger.effects()).toEqual(['a']);
    expect(await ledger.rows()).toMatchObject([{ payload: { key: 'after a' } }]);
    expect(await ledger.ended(job.id)).toMatchObject({ outcome: 'done', result: { key: 'a' }, attempts: 1 });
    expect(await ledger.attempts(job.id)).toMatchObject([
      { outcome: 'done', attempt: 1, fence: 1, worker: 'me', wait_ms: 1, run_ms: 2 },
    ]);
  });

  it('by a worker whose claim was stolen is stale and takes its effect and follow-ups back', async () => {
    const first = await ledger.addClaimed(plain, { key: 'a' });
    const second = await ledger.claim(first.id, 'thief');
    const failure = await finish(first, 'first').catch((error: unknown) => error);
    expect(isStaleFence(failure)).toBe(true);
    expect(await ledger.effects()).toEqual([]);
    expect(await ledger.rows()).toHaveLength(1);
    await finish(second, 'second');
    expect(await ledger.effects()).toEqual(['second']);
  });

  it('happens once though both holders end at the same moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const first = await ledger.addClaimed(plain, { key: `r${round}` });
      const second = await ledger.claim(first.id, 'thief');
      await Promise.allSettled([finish(first, `r${round}`), finish(second, `r${round}`)]);
      await ledger.outside.query('delete from job');
    }
    expect(await ledger.effects()).toHaveLength(20);
  });
});

describe('leases', () => {
  it('are renewed for those who still hold them, all in one statement', async () => {
    const mine = await Promise.all([1, 2, 3].map((n) => ledger.add(plain, { key: String(n) })));
    const claimed = await ledger.tryClaim(await ledger.dispatchAll());
    for (const { id } of claimed) await ledger.age(id, '10 seconds');
    await ledger.claim(mine[0] ?? claimed[0]?.id ?? ('' as never), 'thief');
    const kept = await renewLeases(ledger.database, claimed);
    expect([...kept].sort()).toEqual(mine.slice(1).sort());
    for (const id of kept) expect((await ledger.row(id))?.due_in_ms).toBeGreaterThan(10_000);
  });

  it('do not wait for a transaction that is just ending one of the jobs', async () => {
    const claimed = [await ledger.addClaimed(plain, { key: 'a' }), await ledger.addClaimed(plain, { key: 'b' })];
    const ending = await ledger.outside.connect();
    await ending.query('begin');
    await ending.query('select from job where id = $1 for update', [claimed[0]?.id]);
    const kept = await renewLeases(ledger.database, claimed);
    await ending.query('rollback');
    ending.release();
    expect(kept.size).toBe(2);
  });
});
