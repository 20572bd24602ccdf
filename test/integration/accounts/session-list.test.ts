import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { accountsApi, device } from './api-fixture.ts';

const api = accountsApi();
const tablet = { deviceId: 'tablet-1', name: 'Galaxy Tab', platform: 'android' };
const list = async (token: string, query = '') => (await api.send('GET', `/me/sessions${query}`, { token })).body;
const end = (token: string, id: string) => api.send('DELETE', `/me/sessions/${id}`, { token });
const me = async (token: string) => (await api.send('GET', '/me', { token })).status;

/** Signed in on a phone, then on a tablet. */
async function onTwo(email: string) {
  const phone = await api.newcomer(email);
  api.clock.advance({ minutes: 1 });
  const { body } = await api.signIn(email, { device: tablet });
  const { items } = await list(phone.accessToken);
  return { phone, tablet: body, ids: { tablet: items[0].id, phone: items[1].id } };
}

describe('the list of sessions', () => {
  it('has each device that is signed in, the newest first, and says which one asks', async () => {
    const signedIn = await onTwo('list@example.org');
    const [newest, oldest] = (await list(signedIn.phone.accessToken)).items;
    const shown = { platform: 'android', secondFactor: false, id: expect.any(String), createdAt: expect.any(String) };
    expect(newest).toEqual({
      ...shown,
      deviceName: 'Galaxy Tab',
      current: false,
      lastUsedAt: api.clock.now().toString({ fractionalSecondDigits: 3 }),
    });
    expect(oldest).toEqual({ ...shown, deviceName: device.name, current: true, lastUsedAt: oldest.createdAt });
    expect((await list(signedIn.tablet.accessToken)).items[0].current).toBe(true);
  });

  it('shows when a session was last refreshed, and does not move for a read', async () => {
    const { refreshToken, accessToken } = await api.newcomer('used@example.org');
    const opened = (await list(accessToken)).items[0].lastUsedAt;
    api.clock.advance({ minutes: 5 });
    expect((await list(accessToken)).items[0].lastUsedAt).toBe(opened);
    await api.send('POST', '/auth/refresh', { body: { refreshToken } });
    const { lastUsedAt } = (await list(accessToken)).items[0];
    expect(Date.parse(lastUsedAt) - Date.parse(opened)).toBe(5 * 60_000);
  });

  it('comes in pages', async () => {
    const { phone, ids } = await onTwo('pages@example.org');
    const first = await list(phone.accessToken, '?limit=1');
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual([ids.tablet]);
    const second = await list(phone.accessToken, `?limit=1&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ id: ids.phone }], nextCursor: null });
  });

  it('leaves out what has ended or run out', async () => {
    const { tablet: asked, ids } = await onTwo('ended@example.org');
    await end(asked.accessToken, ids.phone);
    expect((await list(asked.accessToken)).items).toHaveLength(1);
    api.clock.advance({ hours: 14 * 24 });
    const { body } = await api.signIn('ended@example.org');
    expect((await list(body.accessToken)).items).toMatchObject([{ current: true }]);
  });
});

describe('ending a session', () => {
  it('refuses its tokens from the next request on, and leaves the others', async () => {
    const { phone, tablet: other, ids } = await onTwo('end@example.org');
    expect((await end(phone.accessToken, ids.tablet)).status).toBe(204);
    expect(await me(other.accessToken)).toBe(401);
    const { refreshToken } = other;
    expect((await api.send('POST', '/auth/refresh', { body: { refreshToken } })).status).toBe(401);
    expect(await me(phone.accessToken)).toBe(200);
  });

  it('takes the push token of its device and of no other', async () => {
    const { phone, tablet: other, ids } = await onTwo('silence@example.org');
    const register = (token: string, { deviceId, ...about }: typeof tablet) =>
      api.send('PUT', `/me/devices/${deviceId}`, {
        token,
        body: { ...about, pushToken: { kind: 'fid', value: `fid-${deviceId}` } },
      });
    await register(phone.accessToken, device);
    await register(other.accessToken, tablet);
    await end(phone.accessToken, ids.tablet);
    const { items } = (await api.send('GET', '/me/devices', { token: phone.accessToken })).body;
    const pushed = items.map((item: { deviceId: string; pushEnabled: boolean }) => [item.deviceId, item.pushEnabled]);
    expect(new Map(pushed)).toEqual(
      new Map([
        ['tablet-1', false],
        ['phone-1', true],
      ]),
    );
  });

  it("answers a stranger's, a missing and an ended one alike, and ends nothing", async () => {
    const mine = await onTwo('mine@example.org');
    const theirs = await onTwo('theirs@example.org');
    await end(mine.phone.accessToken, mine.ids.tablet);
    const refusals = [];
    for (const id of [theirs.ids.phone, randomUUID(), mine.ids.tablet]) {
      const { status, body } = await end(mine.phone.accessToken, id);
      const { requestId: _id, instance: _at, ...refusal } = body;
      refusals.push({ status, ...refusal });
    }
    expect(refusals[0]).toMatchObject({ status: 404, code: 'not_found' });
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
    expect(await me(theirs.phone.accessToken)).toBe(200);
  });

  it('is possible from within', async () => {
    const { phone, ids } = await onTwo('within@example.org');
    expect((await end(phone.accessToken, ids.phone)).status).toBe(204);
    expect(await me(phone.accessToken)).toBe(401);
  });
});

describe('forgetting a device', () => {
  const forget = (token: string, deviceId: string) => api.send('DELETE', `/me/devices/${deviceId}`, { token });

  it('removes it and ends its sessions', async () => {
    const { phone, tablet: other } = await onTwo('forget@example.org');
    expect((await forget(phone.accessToken, 'tablet-1')).status).toBe(204);
    expect(await me(other.accessToken)).toBe(401);
    expect((await list(phone.accessToken)).items).toMatchObject([{ current: true }]);
    const { items } = (await api.send('GET', '/me/devices', { token: phone.accessToken })).body;
    expect(items).toMatchObject([{ deviceId: 'phone-1' }]);
  });

  it("is 404 for one that is unknown or somebody else's", async () => {
    const { phone } = await onTwo('forgetful@example.org');
    const stranger = await api.newcomer('other-phone@example.org');
    await api.send('PUT', '/me/devices/only-theirs', {
      token: stranger.accessToken,
      body: { name: 'x', platform: 'ios' },
    });
    expect((await forget(phone.accessToken, 'only-theirs')).status).toBe(404);
    expect((await forget(phone.accessToken, 'no-such')).status).toBe(404);
  });
});
