import { describe, expect, it } from '@jest/globals';
import { listDevices as devicesAfter, type PushToken, putDevice } from '../../../shared/accounts/index.ts';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';

const accounts = ownDatabase();
const { clock, as } = accounts;
const put = (userId: UserId, deviceId: string, pushToken?: PushToken | null) =>
  as(userId, (tx) =>
    putDevice(tx, userId, { deviceId, nameSealed: Buffer.from(deviceId), platform: 'ios', pushToken }, clock.now()),
  );
const listDevices = (tx: Transaction) => devicesAfter(tx, { limit: 100 });
const tokensOf = async (userId: UserId) => (await as(userId, listDevices)).map((device) => device.pushToken);

describe('a device', () => {
  it('is known under its own name for itself, once', async () => {
    const userId = await newAccount(accounts.api);
    const first = await put(userId, 'phone');
    const again = await as(userId, (tx) =>
      putDevice(tx, userId, { deviceId: 'phone', nameSealed: Buffer.from('New name'), platform: 'ios' }, clock.now()),
    );
    expect(again.id).toBe(first.id);
    expect(await as(userId, listDevices)).toMatchObject([{ deviceId: 'phone', nameSealed: Buffer.from('New name') }]);
  });

  it('may be put by two requests at once', async () => {
    const userId = await newAccount(accounts.api);
    await Promise.all(Array.from({ length: 6 }, () => put(userId, 'phone', { kind: 'token', value: `t-${userId}` })));
    expect(await as(userId, listDevices)).toHaveLength(1);
  });

  it('is not seen by another user with the same device id', async () => {
    const [mine, theirs] = [await newAccount(accounts.api), await newAccount(accounts.api)];
    await put(theirs, 'shared-name');
    await put(mine, 'shared-name');
    expect(await as(mine, listDevices)).toHaveLength(1);
  });
});

describe('a push token', () => {
  it('stays when it is not mentioned, and goes when it is null', async () => {
    const userId = await newAccount(accounts.api);
    const value = `token-${userId}`;
    await put(userId, 'phone', { kind: 'fid', value });
    expect(await put(userId, 'phone')).toMatchObject({ pushKind: 'fid', pushToken: value });
    expect(await put(userId, 'phone', null)).toMatchObject({ pushKind: null, pushToken: null });
  });

  it('moves to whoever registers it last, another user included', async () => {
    const [before, after] = [await newAccount(accounts.api), await newAccount(accounts.api)];
    const token = { kind: 'token' as const, value: `moving-${before}` };
    await put(before, 'phone', token);
    await put(after, 'phone', token);
    expect(await tokensOf(before)).toEqual([null]);
    expect(await tokensOf(after)).toEqual([token.value]);
  });

  it('ends up with exactly one of many who register it at once', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, () => newAccount(accounts.api)));
    const token = { kind: 'token' as const, value: `contested-${users[0]}` };
    await Promise.all(users.map((userId) => put(userId, 'phone', token)));
    const held = (await Promise.all(users.map(tokensOf))).flat().filter((value) => value === token.value);
    expect(held).toHaveLength(1);
  });
});
