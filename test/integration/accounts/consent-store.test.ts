import { describe, expect, it } from '@jest/globals';
import { currentConsents, hasConsent, type Purpose, recordConsents } from '../../../shared/accounts/index.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';

const accounts = ownDatabase();
const { clock, as } = accounts;
const agreeTo = (userId: UserId, ...granted: Purpose[]) =>
  as(userId, (tx) => recordConsents(tx, userId, granted, clock.now()));
const agrees = (userId: UserId, purpose: Purpose) => as(userId, (tx) => hasConsent(tx, purpose));
const history = (userId: UserId) =>
  as(userId, (tx) =>
    tx.query<{ purpose: string; granted: boolean }>(
      'select purpose, granted from consent order by recorded_at, purpose desc',
    ),
  );

describe('consent', () => {
  it('is assumed for nothing', async () => {
    const userId = await newAccount(accounts.api);
    expect(await as(userId, currentConsents)).toEqual([]);
    expect(await agrees(userId, 'service')).toBe(false);
  });

  it('is what was decided last, even at the same instant', async () => {
    const userId = await newAccount(accounts.api);
    await agreeTo(userId, 'service', 'insights');
    await agreeTo(userId, 'service');
    await agreeTo(userId, 'service', 'insights');
    await agreeTo(userId, 'service');
    expect(await agrees(userId, 'insights')).toBe(false);
    expect(await agrees(userId, 'service')).toBe(true);
  });

  it('keeps every decision and repeats none', async () => {
    const userId = await newAccount(accounts.api);
    await agreeTo(userId, 'service', 'reminders');
    await agreeTo(userId, 'service', 'reminders');
    await agreeTo(userId, 'service');
    expect(await history(userId)).toEqual([
      { purpose: 'service', granted: true },
      { purpose: 'reminders', granted: true },
      { purpose: 'reminders', granted: false },
    ]);
  });

  it('is not to be changed or deleted by either process', async () => {
    const userId = await newAccount(accounts.api);
    await agreeTo(userId, 'service');
    for (const sql of ['update consent set granted = false', 'delete from consent']) {
      await expect(as(userId, (tx) => tx.query(sql))).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('holds until the transaction that relied on it has ended', async () => {
    const userId = await newAccount(accounts.api);
    await agreeTo(userId, 'service', 'insights');
    const order: string[] = [];
    let withdrawal: Promise<unknown> | undefined;
    await as(userId, async (tx) => {
      expect(await hasConsent(tx, 'insights')).toBe(true);
      withdrawal = agreeTo(userId, 'service').then(() => order.push('withdrawn'));
      await waitingForLock(userId);
      order.push('relied on');
    });
    await withdrawal;
    expect(order).toEqual(['relied on', 'withdrawn']);
    expect(await agrees(userId, 'insights')).toBe(false);
  });

  /** Until somebody waits for an advisory lock; gives up after about five seconds. */
  async function waitingForLock(userId: UserId): Promise<void> {
    for (let round = 0; round < 1_000; round += 1) {
      const rows = await as(userId, (tx) =>
        tx.query(`select from pg_locks where locktype = 'advisory' and not granted`),
      );
      if (rows.length > 0) return;
    }
    throw new Error('nobody waited');
  }
});
