import { describe, expect, it } from '@jest/globals';
import { accountsApi } from './api-fixture.ts';

const api = accountsApi();
const tokenOf = async (email: string) => (await api.newcomer(email)).accessToken;
const patch = (token: string, body: unknown, headers: Record<string, string> = {}) =>
  api.send('PATCH', '/me', { token, body, headers });
const full = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key${n}`, n]));

describe('a profile', () => {
  it('says how the account stands', async () => {
    const token = await tokenOf('stands@example.org');
    expect((await api.send('GET', '/me', { token })).body).toMatchObject({
      status: 'active',
      preferences: {},
      settings: {},
      verifiedAt: '2026-11-21T10:00:00.000Z',
      lastSignInAt: '2026-11-21T10:00:00.000Z',
    });
  });

  it('keeps switches, numbers and choices, changed one by one', async () => {
    const token = await tokenOf('merge@example.org');
    await patch(token, { preferences: { theme: 'dark', fontScale: 1.5 }, settings: { haptics: true } });
    const { body } = await patch(token, { preferences: { fontScale: null, theme: 'light', 'home.tab': 'a/b:c+d' } });
    expect(body).toMatchObject({ preferences: { theme: 'light', 'home.tab': 'a/b:c+d' }, settings: { haptics: true } });
    expect(body.preferences).not.toHaveProperty('fontScale');
    expect((await api.send('GET', '/me', { token })).body).toEqual(body);
  });

  it('loses no change of two phones at once', async () => {
    const token = await tokenOf('phones@example.org');
    const changes = Array.from({ length: 10 }, (_, n) => ({ [`key${n}`]: n }));
    await Promise.all(changes.map((settings) => patch(token, { settings })));
    expect((await api.send('GET', '/me', { token })).body.settings).toEqual(Object.assign({}, ...changes));
  });

  it('holds fifty entries and not one more', async () => {
    const token = await tokenOf('full@example.org');
    expect((await patch(token, { settings: full })).status).toBe(200);
    expect(await patch(token, { settings: { another: true } })).toMatchObject({
      status: 400,
      body: { code: 'invalid_body', errors: [{ path: 'settings' }] },
    });
    expect((await patch(token, { settings: { another: true, key0: null } })).status).toBe(200);
  });

  it.each([
    [{ theme: 'free text' }],
    [{ theme: 'x'.repeat(65) }],
    [{ theme: 'dark\n' }],
    [{ theme: ['dark'] }],
    [{ theme: { deep: true } }],
    [{ '': true }],
    [{ '1st': true }],
    [{ _private: true }],
    [{ [`k${'e'.repeat(64)}y`]: true }],
    [{ toString: 'x' }],
    [{ hasOwnProperty: true }],
    [{ ...full, another: true }],
    [[]],
    ['dark'],
    [null],
  ])('takes no %j for a map', async (preferences) => {
    const token = (await api.signIn('stands@example.org')).body.accessToken;
    expect((await patch(token, { preferences })).status).toBe(400);
  });

  it.each([
    '{"settings":{"__proto__":{"admin":true}}}',
    '{"settings":{"constructor":true}}',
    '{"settings":{"a":1e400}}',
  ])('takes no %s, and nothing is polluted', async (body) => {
    const token = (await api.signIn('stands@example.org')).body.accessToken;
    expect((await patch(token, body)).status).toBe(400);
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it('is changed under If-Match only by who knows it as it is', async () => {
    const token = await tokenOf('match@example.org');
    const tag = (await api.reply('GET', '/me', { token })).headers.get('ETag') ?? '';
    const changed = await api.reply('PATCH', '/me', { token, body: { dayCutOff: 4 }, headers: { 'If-Match': tag } });
    expect(changed.status).toBe(200);
    expect(await patch(token, { dayCutOff: 5 }, { 'If-Match': tag })).toMatchObject({
      status: 412,
      body: { code: 'precondition_failed' },
    });
    const newer = changed.headers.get('ETag') ?? '';
    expect((await api.reply('GET', '/me', { token })).headers.get('ETag')).toBe(newer);
    expect((await patch(token, { dayCutOff: 5 }, { 'If-Match': newer })).status).toBe(200);
  });
});
