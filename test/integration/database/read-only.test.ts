import { expect, it } from '@jest/globals';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import { ownDatabase } from '../../support/own-database.ts';

const test = ownDatabase();

const reading = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  test.api.transaction({ userId: null, readOnly: true }, work);

it('a read-only transaction gives back what it has read, again and again on the same connections', async () => {
  const read = () => reading((tx) => tx.query<{ n: number }>('select count(*)::int as n from emotion_type'));
  const [first] = await Promise.all(Array.from({ length: 40 }, read));
  expect((await read())[0]?.n).toBe(first?.[0]?.n);
});

it('a read-only transaction that fails says why, and its connection can be used again', async () => {
  await expect(reading((tx) => tx.query('select 1 / 0'))).rejects.toThrow();
  expect(await reading((tx) => tx.query('select 1 as one'))).toEqual([{ one: 1 }]);
});

it.each<[string, (tx: Transaction) => unknown]>([
  ['a statement', (tx) => tx.query('update job set attempts = 0')],
  ['a statement at its end', (tx) => tx.atCommit('select 1')],
  ['work before its end', (tx) => tx.beforeCommit(() => {})],
  ['work after its end', (tx) => tx.afterCommit(() => {})],
  ['an announcement', (tx) => tx.announce('topic')],
])('a read-only transaction refuses %s', async (_what, write) => {
  await expect(reading(async (tx) => write(tx))).rejects.toThrow();
  expect(await reading((tx) => tx.query('select 1 as one'))).toEqual([{ one: 1 }]);
});
