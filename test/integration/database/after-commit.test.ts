import { expect, it } from '@jest/globals';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import { ownDatabase } from '../../support/own-database.ts';

const test = ownDatabase();

/** How often what `work` asked for after the commit was done, and that it was not done before. */
async function countAfter(work: (tx: Transaction) => Promise<unknown>): Promise<number> {
  let count = 0;
  const counted = test.api.transaction({ userId: null }, async (tx) => {
    tx.afterCommit(() => {
      count += 1;
    });
    await work(tx);
    tx.beforeCommit(() => expect(count).toBe(0));
  });
  await counted.catch(() => {});
  return count;
}

it('what is to happen after a commit happens once it has succeeded', async () => {
  expect(await countAfter((tx) => tx.query('select 1'))).toBe(1);
});

it.each<[string, (tx: Transaction) => Promise<unknown>]>([
  ['whose work failed', () => Promise.reject(new Error('no'))],
  ['whose commit failed', async (tx) => tx.atCommit('select 1 / 0')],
  ['whose failed statement the work has swallowed', (tx) => tx.query('select 1 / 0').catch(() => {})],
])('it never happens for a transaction %s', async (_which, work) => {
  expect(await countAfter(work)).toBe(0);
});
