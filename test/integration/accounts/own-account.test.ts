import { describe, expect, it } from '@jest/globals';
import { everyPage } from '../../support/api/every-page.ts';
import { accountsApi, device } from './api-fixture.ts';

const api = accountsApi();
const tokenOf = async (email: string) => (await api.newcomer(email)).accessToken;

describe('/me', () => {
  it('tells nobody who is not signed in', async () => {
    expect(await api.send('GET', '/me')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect((await api.send('GET', '/me', { token: 'a.b.c' })).status).toBe(401);
  });

  it('changes zone, language and day cut-off', async () => {
    const token = await tokenOf('change@example.org');
    const changes = { timeZone: 'America/New_York', languagePreference: 'es', dayCutOff: 5 };
    expect(await api.send('PATCH', '/me', { token, body: changes })).toMatchObject({ status: 200, body: changes });
    expect((await api.send('GET', '/me', { token })).body).toMatchObject(changes);
  });

  it.each([
    [{ timeZone: 'Mars/X' }],
    [{ timeZone: null }],
    [{ dayCutOff: 7 }],
    [{ dayCutOff: 2.5 }],
    [{ languagePreference: '' }],
    [{ role: 'administrator' }],
    [{ email: 'other@example.org' }],
  ])('does not become %j', async (body) => {
    const token = await tokenOf(`patch-${JSON.stringify(body).length}-${Object.keys(body)}@example.org`);
    expect((await api.send('PATCH', '/me', { token, body })).status).toBe(400);
  });
});

describe('/me/devices', () => {
  const put = (token: string, deviceId: string, body: unknown) =>
    api.send('PUT', `/me/devices/${deviceId}`, { token, body });
  const phone = { name: 'Pixel 12', platform: 'android' };

  it('knows the device somebody signed in on', async () => {
    const token = await tokenOf('devices@example.org');
    expect((await api.send('GET', '/me/devices', { token })).body).toMatchObject({
      items: [{ ...device, pushEnabled: false }],
      nextCursor: null,
    });
  });

  it('takes a push token and never gives it back', async () => {
    const token = await tokenOf('push@example.org');
    const pushToken = { kind: 'token', value: 'secret-push-token' };
    const answer = await put(token, 'phone-1', { ...phone, pushToken });
    expect(answer).toMatchObject({ status: 200, body: { pushEnabled: true } });
    expect(JSON.stringify(answer.body)).not.toContain('secret-push-token');
    expect((await put(token, 'phone-1', phone)).body).toMatchObject({ pushEnabled: true });
    expect((await put(token, 'phone-1', { ...phone, pushToken: null })).body).toMatchObject({ pushEnabled: false });
  });

  it('moves a push token to who registers it last', async () => {
    const [before, after] = [await tokenOf('before@example.org'), await tokenOf('after@example.org')];
    const body = { ...phone, pushToken: { kind: 'fid', value: 'one-phone' } };
    await put(before, 'phone-1', body);
    await put(after, 'phone-1', body);
    const devices = async (token: string) => (await api.send('GET', '/me/devices', { token })).body.items;
    expect(await devices(before)).toMatchObject([{ pushEnabled: false }]);
    expect(await devices(after)).toMatchObject([{ pushEnabled: true }]);
  });

  it('is listed page by page', async () => {
    const token = await tokenOf('pages@example.org');
    for (const name of ['a', 'b', 'c', 'd']) await put(token, name, { name, platform: 'web' });
    const pages = await everyPage<{ deviceId: string }>(
      2,
      async (query) => (await api.send('GET', `/me/devices${query}`, { token })).body,
    );
    expect(pages.flatMap(({ items }) => items.map(({ deviceId }) => deviceId))).toEqual([
      'd',
      'c',
      'b',
      'a',
      'phone-1',
    ]);
    expect(await api.send('GET', '/me/devices?cursor=AAAA', { token })).toMatchObject({ body: { code: 'bad_cursor' } });
  });

  it.each([
    [{ ...phone, pushToken: 'bare' }],
    [{ ...phone, pushToken: { kind: 'apns', value: 'x' } }],
    [{ ...phone, pushToken: { kind: 'token', value: 'with\nbreak' } }],
    [{ ...phone, pushToken: { kind: 'token', value: 'x'.repeat(1025) } }],
    [{ ...phone, name: '' }],
    [{ platform: 'android' }],
    [{ ...phone, userId: 'x' }],
  ])('refuses %j', async (body) => {
    const token = (await api.signIn('devices@example.org')).body.accessToken;
    expect((await put(token, 'phone-1', body)).status).toBe(400);
  });
});

describe('/me/consents', () => {
  it('takes the whole list and records what changes', async () => {
    const token = await tokenOf('consents@example.org');
    const put = (consents: string[]) => api.send('PUT', '/me/consents', { token, body: { consents } });
    expect((await put(['service', 'insights', 'achievement_push'])).body.consents.sort()).toEqual(
      ['achievement_push', 'insights', 'service'].sort(),
    );
    expect((await put(['service', 'achievement_push'])).status).toBe(200);
    const { body } = await api.send('GET', '/me/consents', { token });
    expect(body.consents.sort()).toEqual(['achievement_push', 'service']);
    expect(body.decisions).toContainEqual(expect.objectContaining({ purpose: 'insights', granted: false, version: 1 }));
  });

  it.each([[[]], [['insights']], [['service', 'marketing']], ['service'], [null]])('refuses %j', async (consents) => {
    const { accessToken: token } = (await api.signIn('consents@example.org')).body;
    expect((await api.send('PUT', '/me/consents', { token, body: { consents } })).status).toBe(400);
  });
});
