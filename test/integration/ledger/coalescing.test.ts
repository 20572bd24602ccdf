import { describe, expect, it } from '@jest/globals';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { failJob } from '../../../shared/ledger/fail.ts';
import { coalescingContract } from '../../support/test-jobs.ts';
import { gate, ledgerFixture } from './ledger-fixture.ts';

const ledger = ledgerFixture();
const recompute = coalescingContract('recompute');

describe('coalescing', () => {
  it('makes one job of many facts that arrive before it starts', async () => {
    await Promise.all(Array.from({ length: 20 }, () => ledger.add(recompute, { key: 'user' })));
    expect(await ledger.rows()).toMatchObject([{ live_key: 'user', coalesced: 19 }]);
  });

  it('is per kind and key', async () => {
    await ledger.add(recompute, { key: 'a' });
    await ledger.add(recompute, { key: 'b' });
    await ledger.add(coalescingContract('other'), { key: 'a' });
    expect(await ledger.rows()).toHaveLength(3);
  });

  it('goes on while the job waits in the queue', async () => {
    await ledger.add(recompute, { key: 'user' });
    await ledger.dispatchAll();
    await ledger.add(recompute, { key: 'user' });
    expect(await ledger.rows()).toMatchObject([{ state: 'dispatched', coalesced: 1 }]);
  });

  it('ends for good with the claim: a fact committed after it makes a new job', async () => {
    const running = await ledger.addClaimed(recompute, { key: 'user' });
    const later = await ledger.add(recompute, { key: 'user' });
    expect(await ledger.row(running.id)).toMatchObject({ state: 'running', live_key: null, coalesced: 0 });
    expect(await ledger.row(later)).toMatchObject({ state: 'pending', live_key: 'user' });
  });

  it('lets a retry stand beside the job of a later fact', async () => {
    const running = await ledger.addClaimed(recompute, { key: 'user' });
    const later = await ledger.add(recompute, { key: 'user' });
    await failJob(ledger.database, running, { state: 'retrying', code: 'x', errorClass: 'transient', delayMs: 0 }, 1);
    expect(await ledger.row(running.id)).toMatchObject({ state: 'retrying', live_key: null });
    expect(await ledger.row(later)).toMatchObject({ state: 'pending', live_key: 'user' });
  });

  it('moves a waiting job only to an earlier time', async () => {
    const inAnHour = Temporal.Now.instant().add({ hours: 1 });
    const id = await ledger.add(recompute, { key: 'user' }, inAnHour);
    await ledger.add(recompute, { key: 'user' }, inAnHour.add({ hours: 1 }));
    expect((await ledger.row(id))?.due_in_ms).toBeLessThan(3_600_001);
    await ledger.add(recompute, { key: 'user' });
    expect((await ledger.row(id))?.due_in_ms).toBeLessThan(1);
  });

  it('of several in one transaction writes the earliest, to the fraction of a second', async () => {
    const second = Temporal.Instant.from('2030-01-01T00:00:00Z');
    await ledger.database.transaction({ userId: null }, async (tx) => {
      enqueue(tx, recompute, { key: 'user' }, { dueAt: second.add({ milliseconds: 500 }) });
      enqueue(tx, recompute, { key: 'user' }, { dueAt: second });
    });
    const { rows } = await ledger.outside.query('select due_at = $1::timestamptz as earliest from job', [
      second.toString(),
    ]);
    expect(rows).toEqual([{ earliest: true }]);
  });
});

describe('the race between a fact and a claim', () => {
  it('makes the claim wait for a fact that has joined the job, so that the work sees it', async () => {
    const id = await ledger.add(recompute, { key: 'user' });
    await ledger.dispatchAll();
    // The fact's transaction is held between its last statement and its commit.
    const holder = await ledger.outside.connect();
    await holder.query('select pg_advisory_lock(42)');
    const fact = ledger.database.transaction({ userId: null }, async (tx) => {
      await tx.query(`insert into test_effect values ('fact', gen_random_uuid())`);
      enqueue(tx, recompute, { key: 'user' });
      tx.beforeCommit(() => tx.atCommit('select pg_advisory_xact_lock(42)'));
    });
    await ledger.untilWaiting(1);
    const seen = ledger.claim(id).then(() => ledger.database.query('select key from test_effect'));
    await Promise.race([seen, ledger.untilWaiting(2)]);
    await holder.query('select pg_advisory_unlock(42)');
    holder.release();
    await fact;
    expect(await seen).toEqual([{ key: 'fact' }]);
    expect(await ledger.rows()).toMatchObject([{ state: 'running', coalesced: 1 }]);
  });

  it('makes a new job of a fact that comes while the claim is being committed', async () => {
    const id = await ledger.add(recompute, { key: 'user' });
    await ledger.dispatchAll();
    // The claim's own update, held open where its commit would be.
    const client = await ledger.outside.connect();
    await client.query('begin');
    await client.query(`update job set state = 'running', fence = fence + 1, live_key = null where id = $1`, [id]);
    const adding = ledger.add(recompute, { key: 'user' });
    await ledger.untilWaiting(1);
    await client.query('commit');
    client.release();
    const later = await adding;
    expect(await ledger.row(id)).toMatchObject({ state: 'running', coalesced: 0 });
    expect(await ledger.row(later)).toMatchObject({ state: 'pending', live_key: 'user' });
  });

  it('leaves no fact without a run that started after it, however facts and claims interleave', async () => {
    const seen: number[] = [];
    let facts = 0;
    let running = true;
    const work = async () => {
      for (;;) {
        const last = !running;
        const marked = await ledger.dispatchAll();
        for (const job of await ledger.tryClaim(marked)) {
          const [row] = await ledger.database.query<{ n: number }>('select count(*)::int as n from test_effect');
          seen.push(row?.n ?? 0);
          await ledger.outside.query('delete from job where id = $1', [job.id]);
        }
        if (last && marked.length === 0) return;
      }
    };
    const add = async () => {
      for (let i = 0; i < 60; i += 1) {
        await ledger.database.transaction({ userId: null }, async (tx) => {
          await tx.query(`insert into test_effect values ('fact', gen_random_uuid())`);
          enqueue(tx, recompute, { key: 'user' });
        });
        facts += 1;
      }
    };
    const worker = work();
    await Promise.all([add(), add(), add()]);
    running = false;
    await worker;
    expect(facts).toBe(180);
    expect(Math.max(...seen)).toBe(180);
  });
});

describe('two keys in opposite order', () => {
  it('do not deadlock two transactions', async () => {
    const both = (keys: readonly string[]) =>
      ledger.database.transaction({ userId: null }, async (tx) => {
        for (const key of keys) enqueue(tx, recompute, { key });
      });
    const rounds = Array.from({ length: 40 }, () => [both(['a', 'b', 'c']), both(['c', 'b', 'a'])]);
    await Promise.all(rounds.flat());
    expect(await ledger.rows()).toHaveLength(3);
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('do not deadlock a transaction with a batch of claims (%s, %s)', async (first, second) => {
    const ids = new Map([
      ['a', await ledger.add(recompute, { key: 'a' })],
      ['b', await ledger.add(recompute, { key: 'b' })],
    ]);
    const marked = await ledger.dispatchAll();
    const dispatches = [first, second].flatMap((key) => marked.filter((job) => job.id === ids.get(key)));
    const holder = await ledger.outside.connect();
    await holder.query('begin');
    await holder.query(`select from job where live_key = 'b' for update`);

    const claiming = ledger.tryClaim(dispatches);
    await ledger.untilWaiting(1);
    const adding = ledger.database.transaction({ userId: null }, async (tx) => {
      enqueue(tx, recompute, { key: 'a' });
      enqueue(tx, recompute, { key: 'b' });
    });
    await ledger.untilWaiting(2);
    await holder.query('commit');
    holder.release();
    expect(await claiming).toHaveLength(2);
    await expect(adding).resolves.toBeUndefined();
  });

  it('are written by a transaction that asked for them in a hook before its commit', async () => {
    const asked = gate();
    await ledger.database.transaction({ userId: null }, async (tx) => {
      enqueue(tx, recompute, { key: 'a' });
      tx.beforeCommit(() => {
        enqueue(tx, recompute, { key: 'b' });
        asked.resolve();
      });
    });
    await asked.promise;
    expect(await ledger.rows()).toHaveLength(2);
  });
});
