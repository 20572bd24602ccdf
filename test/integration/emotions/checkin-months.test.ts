import { describe, expect, it } from '@jest/globals';
import { checkinsUpkeep } from '../../../jobs/checkins-upkeep/contract.ts';
import { checkinsUpkeepHandler } from '../../../jobs/checkins-upkeep/handler.ts';
import {
  findCheckin,
  type NewCheckin,
  recordCheckin,
  recordCheckins,
  undoCheckin,
} from '../../../shared/emotions/index.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { runHandler } from '../../support/run-handler.ts';
import { testUserKeys } from '../../support/sealed.ts';

const own = ownDatabase();
const now = own.clock.now();

const felt = (occurredAt: string): NewCheckin => ({
  emotionTypeId: 1,
  intensity: 5,
  occurredAt: Temporal.Instant.from(occurredAt),
  timeZone: 'Europe/Madrid',
});

async function person() {
  const userId = await newAccount(own.api);
  const cipher = await testUserKeys(own.api).cipherOf(userId);
  return {
    userId,
    cipher,
    record: (occurredAt: string) => own.as(userId, (tx) => recordCheckin(tx, userId, cipher, felt(occurredAt), now)),
    recordAll: (times: readonly string[]) =>
      own.as(userId, (tx) =>
        recordCheckins(
          tx,
          userId,
          cipher,
          times.map((at) => ({ clientId: at, checkin: felt(at) })),
          now,
        ),
      ),
  };
}

const months = async (): Promise<string[]> =>
  (
    await own.look(
      `select relname from pg_class join pg_inherits on inhrelid = oid where inhparent = 'checkin'::regclass order by 1`,
    )
  ).map(({ relname }) => relname.replace('checkin_', ''));

const monthOfRow = async (userId: UserId): Promise<string[]> =>
  (
    await own.look('select tableoid::regclass::text as part from checkin where user_id = $1 order by occurred_at', [
      userId,
    ])
  ).map(({ part }) => part.replace('checkin_', ''));

describe('the months of check-ins', () => {
  it('are there ahead of the clock, and the schedule makes what is missing once', async () => {
    own.clock.set(Temporal.Instant.from('2031-05-31T23:30:00Z'));
    const upkeep = () => runHandler(own.worker, checkinsUpkeep, checkinsUpkeepHandler, {}, { clock: own.clock });
    expect([await upkeep(), await upkeep()]).toMatchObject([{ made: 4, locks: 1024 }, { made: 0 }]);
    expect(await months()).toEqual(expect.arrayContaining(['203105', '203106', '203107', '203108']));
  });

  it('of long ago are made by the first check-in, and end with the month in UTC', async () => {
    const anna = await person();
    await anna.record('2024-02-29T23:59:59.999Z');
    await anna.record('2024-03-01T00:00:00Z');
    expect(await monthOfRow(anna.userId)).toEqual(['202402', '202403']);
  });

  it('are years before 2020', async () => {
    const anna = await person();
    for (const at of [
      '2000-01-01T00:00:00Z',
      '2004-02-29T12:00:00Z',
      '2004-12-31T23:59:59.999Z',
      '2019-12-31T23:59:59.999Z',
    ])
      await anna.record(at);
    await anna.record('2020-01-01T00:00:00Z');
    expect(await monthOfRow(anna.userId)).toEqual(['2000', '2004', '2004', '2019', '202001']);
  });

  it('are made once by many who need them at the same time, without anybody failing', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, person));
    const times = Array.from({ length: 12 }, (_, at) => `2021-${String(at + 1).padStart(2, '0')}-15T12:00:00Z`);
    const outcomes = await Promise.all(
      people.map(({ recordAll }, at) => recordAll(at % 2 ? times : times.toReversed())),
    );
    expect(new Set(outcomes.flat().map(({ status }) => status))).toEqual(new Set(['created']));
    expect((await months()).filter((month) => month.startsWith('2021'))).toHaveLength(12);
  });

  it('let others read and write while one is being made', async () => {
    const [anna, ben] = [await person(), await person()];
    let making = () => {};
    const held = new Promise<void>((resolve) => {
      making = resolve;
    });
    let begun = () => {};
    const under = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const maker = own.worker.transaction({ userId: anna.userId }, async (tx) => {
      await tx.query(`select checkin_ensure_months(array[date '2022-01-01'])`);
      begun();
      await held;
    });
    await under;
    await ben.record('2026-11-20T10:00:00Z');
    expect(await monthOfRow(ben.userId)).toEqual(['202611']);
    making();
    await maker;
  });

  it('are not made for a check-in that is refused', async () => {
    const anna = await person();
    await expect(anna.record('1999-12-31T23:59:59Z')).rejects.toThrow();
    await expect(anna.record('2098-01-01T00:00:00Z')).rejects.toThrow();
    expect((await months()).filter((month) => /^(1999|2098)/.test(month))).toEqual([]);
    await expect(own.api.query(`select checkin_ensure_months(array[date '1999-12-01'])`)).rejects.toThrow(
      /no check-in/,
    );
  });

  it('need not be known by whoever reads or undoes a check-in by its id', async () => {
    const anna = await person();
    const { id } = await anna.record('2009-06-01T10:00:00Z');
    const find = () => own.as(anna.userId, (tx) => findCheckin(tx, anna.userId, anna.cipher, id));
    expect(await find()).toMatchObject({ id, occurredAt: '2009-06-01T10:00:00.000Z' });
    await own.as(anna.userId, (tx) => undoCheckin(tx, anna.userId, id));
    expect(await find()).toBeNull();
    await expect(own.as(anna.userId, (tx) => undoCheckin(tx, anna.userId, id))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
