import { describe, expect, it } from '@jest/globals';
import type { Dispatch } from '../../../shared/ledger/claim.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { batchedClaims } from '../../../workers/claim-batch.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { testContract } from '../../support/test-jobs.ts';

const test = ownDatabase();

async function dispatched(dispatch: number): Promise<Dispatch> {
  const id = await test.worker.transaction({ userId: null }, async (tx) =>
    enqueue(tx, testContract('batch'), { key: 'x' }),
  );
  await test.look(`update job set state = 'dispatched', dispatch = $2 where id = $1`, [id, dispatch]);
  return { id, dispatch };
}

describe('claims of one turn', () => {
  it('get each its own job', async () => {
    const claim = batchedClaims(test.worker, 'w');
    const [one, other] = [await dispatched(1), await dispatched(3)];
    const claimed = await Promise.all([claim(one), claim(other)]);
    expect(claimed.map((job) => job?.id)).toEqual([one.id, other.id]);
  });

  it('of an old and the current dispatch of a job give it to the current one alone', async () => {
    const claim = batchedClaims(test.worker, 'w');
    const current = await dispatched(2);
    const old = { ...current, dispatch: 1 };
    const claimed = await Promise.all([claim(old), claim(current), claim({ ...current })]);
    expect(claimed.map((job) => job?.id ?? null)).toEqual([null, current.id, null]);
  });
});
