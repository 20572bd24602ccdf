import { describe, expect, it } from '@jest/globals';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { withTrace } from '../../../shared/platform/telemetry/trace-context.ts';
import { testContract } from '../../support/test-jobs.ts';
import { ledgerFixture } from './ledger-fixture.ts';

const ledger = ledgerFixture();
const plain = testContract('plain');

describe('enqueueing', () => {
  it('is part of the transaction: rolled back, there is no job', async () => {
    const work = ledger.database.transaction({ userId: null }, async (tx) => {
      enqueue(tx, plain, { key: 'a' });
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await ledger.rows()).toEqual([]);
  });

  it('is undone with a commit that fails', async () => {
    const work = ledger.database.transaction({ userId: null }, async (tx) => {
      enqueue(tx, plain, { key: 'a' });
      tx.atCommit('select 1 / 0');
    });
    await expect(work).rejects.toMatchObject({ code: '22012' });
    expect(await ledger.rows()).toEqual([]);
  });

  it('does not pretend that a transaction was committed whose failed statement the work has swallowed', async () => {
    const work = ledger.database.transaction({ userId: null }, async (tx) => {
      await tx.query('select 1 / 0').catch(() => {});
      return 'committed';
    });
    await expect(work).rejects.toMatchObject({ code: 'transaction_aborted' });
  });

  it('writes the fact and its job together, as the user whose fact it is', async () => {
    const userId = newId<UserId>();
    await ledger.api.transaction({ userId }, async (tx) => {
      await tx.query('insert into test_effect values ($1, gen_random_uuid())', ['fact']);
      enqueue(tx, plain, { key: 'a', userId });
    });
    expect(await ledger.effects()).toEqual(['fact']);
    expect(await ledger.rows()).toMatchObject([{ subject: userId, payload: { key: 'a', userId }, state: 'pending' }]);
  });

  it('is refused to a user who asks for work on somebody else', async () => {
    const [userId, other] = [newId<UserId>(), newId<UserId>()];
    const work = ledger.api.transaction({ userId }, async (tx) => enqueue(tx, plain, { key: 'a', userId: other }));
    await expect(work).rejects.toMatchObject({ code: '42501' });
  });

  it('refuses a payload of the wrong shape before it is written', async () => {
    const work = ledger.add(plain, { key: 7 } as never);
    await expect(work).rejects.toMatchObject({ class: 'poison', code: 'invalid_payload' });
  });

  it('refuses a payload over 2 KiB, counted in bytes', async () => {
    await expect(ledger.add(plain, { key: 'é'.repeat(1_100) })).rejects.toMatchObject({ code: 'oversized_payload' });
    await expect(ledger.add(plain, { key: 'e'.repeat(1_100) })).resolves.toBeDefined();
  });

  it('keeps what the schema does not know out of the ledger', async () => {
    await ledger.add(plain, { key: 'a', mood: 'private' } as never);
    expect((await ledger.rows())[0]?.payload).toEqual({ key: 'a' });
  });

  it('writes many jobs of one transaction, each once', async () => {
    await ledger.database.transaction({ userId: null }, async (tx) => {
      for (let i = 0; i < 500; i += 1) enqueue(tx, plain, { key: `k${i}` });
    });
    expect(new Set((await ledger.rows()).map((row) => row.payload.key)).size).toBe(500);
  });

  it('carries the trace of the request that asked', async () => {
    const trace = { traceParent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', requestId: 'r-1' };
    await withTrace(trace, () => ledger.add(plain, { key: 'a' }));
    expect(await ledger.rows()).toMatchObject([{ trace_parent: trace.traceParent, request_id: 'r-1' }]);
  });

  it('keeps delayed work from the relay until it is due', async () => {
    const id = await ledger.add(plain, { key: 'later' }, Temporal.Now.instant().add({ hours: 1 }));
    expect(await ledger.dispatchAll()).toEqual([]);
    await ledger.age(id, '1 hour');
    expect(await ledger.dispatchAll()).toMatchObject([{ id, dispatch: 1 }]);
  });
});
