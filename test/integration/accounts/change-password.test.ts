import { describe, expect, it } from '@jest/globals';
import { accountsApi, device, password } from './api-fixture.ts';

const api = accountsApi();
const chosen = 'another horse battery';
const change = (token: string, body: Record<string, unknown> = {}) =>
  api.send('POST', '/me/password', { token, body: { currentPassword: password, newPassword: chosen, ...body } });
const refresh = (refreshToken: string) => api.send('POST', '/auth/refresh', { body: { refreshToken } });
const me = (token: string) => api.send('GET', '/me', { token });
let people = 0;
const somebody = () => api.newcomer(`somebody-${people++}@example.org`);
const tablet = { deviceId: 'tablet-1', name: 'Tablet', platform: 'ios' };

const putPushToken = (token: string, deviceId: string, value: string) =>
  api.send('PUT', `/me/devices/${deviceId}`, {
    token,
    body: { name: 'Phone', platform: 'android', pushToken: { kind: 'token', value } },
  });

describe('changing a password', () => {
  it('signs out everywhere and goes on here with fresh tokens', async () => {
    const here = await api.newcomer('ana@example.org');
    const { body: there } = await api.signIn('ana@example.org', { device: tablet });
    const { status, body: fresh } = await change(here.accessToken);
    expect(status).toBe(200);
    expect(fresh).toMatchObject({
      user: { email: 'ana@example.org' },
      refreshTokenExpiresAt: '2026-12-05T10:00:00.000Z',
    });

    for (const old of [here, there]) {
      expect((await me(old.accessToken)).status).toBe(401);
      expect(await refresh(old.refreshToken)).toMatchObject({ status: 401, body: { code: 'invalid_refresh_token' } });
    }
    expect((await me(fresh.accessToken)).status).toBe(200);
    expect((await refresh(fresh.refreshToken)).status).toBe(200);
    expect((await api.signIn('ana@example.org')).status).toBe(401);
    expect((await api.signIn('ana@example.org', { password: chosen })).status).toBe(200);
  });

  it('does not harm the fresh session when an old token is replayed', async () => {
    const old = await api.newcomer('replay@example.org');
    const { body: fresh } = await change(old.accessToken);
    api.clock.advance({ seconds: 11 });
    expect((await refresh(old.refreshToken)).status).toBe(401);
    expect((await refresh(fresh.refreshToken)).status).toBe(200);
  });

  it('tells the owner', async () => {
    const { accessToken } = await api.newcomer('told@example.org');
    await change(accessToken);
    const subjects = (await api.deliverMails()).map(({ to, subject }) => [to, subject]);
    expect(subjects).toContainEqual(['told@example.org', 'Your password has been changed']);
  });

  it('leaves this device its pushes and takes them from the others', async () => {
    const here = await api.newcomer('pushes@example.org');
    const { body: there } = await api.signIn('pushes@example.org', { device: tablet });
    await putPushToken(here.accessToken, device.deviceId, 'token-here');
    await putPushToken(there.accessToken, tablet.deviceId, 'token-there');
    const { body: fresh } = await change(here.accessToken);
    const { body } = await api.send('GET', '/me/devices', { token: fresh.accessToken });
    const enabled = body.items.map((item: { deviceId: string; pushEnabled: boolean }) => [
      item.deviceId,
      item.pushEnabled,
    ]);
    expect(Object.fromEntries(enabled)).toEqual({ [device.deviceId]: true, [tablet.deviceId]: false });
  });

  it('keeps what a second factor has proved', async () => {
    const { accessToken, user } = await api.newcomer('proved@example.org');
    const { transaction } = api.deps.database;
    const userId = user.id as Parameters<typeof transaction>[0]['userId'];
    await transaction({ userId }, (tx) =>
      tx.query('update session set second_factor_at = $1', [api.clock.now().toString()]),
    );
    await change(accessToken);
    const [session] = await transaction({ userId }, (tx) =>
      tx.query<{ proved: boolean }>(
        'select second_factor_at is not null as proved from session where revoked_at is null',
      ),
    );
    expect(session).toEqual({ proved: true });
  });

  it('is refused with a wrong password, and nothing ends', async () => {
    const session = await api.newcomer('wrong@example.org');
    expect(await change(session.accessToken, { currentPassword: 'not the password' })).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    });
    expect((await me(session.accessToken)).status).toBe(200);
    expect((await refresh(session.refreshToken)).status).toBe(200);
  });

  it('is refused to a session that has ended, whose password is not even looked at', async () => {
    const { accessToken } = await api.newcomer('ended@example.org');
    await api.send('POST', '/auth/logout', { token: accessToken });
    for (const currentPassword of [password, 'not the password'])
      expect(await change(accessToken, { currentPassword })).toMatchObject({
        status: 401,
        body: { code: 'unauthenticated' },
      });
  });

  it('asked for by five at once is won by one', async () => {
    const { accessToken } = await api.newcomer('race@example.org');
    const passwords = Array.from({ length: 5 }, (_, index) => `horse battery number ${index}`);
    const answers = await Promise.all(passwords.map((newPassword) => change(accessToken, { newPassword })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(4);
    const winner = passwords[answers.findIndex(({ status }) => status === 200)];
    expect((await api.signIn('race@example.org', { password: winner })).status).toBe(200);
  });

  it.each([
    [{ newPassword: 'Password' }, 'weak_password', 'newPassword'],
    [{ newPassword: 'short' }, 'invalid_body', 'newPassword'],
    [{ newPassword: 'nul\0inside it' }, 'invalid_json', undefined],
    [{ newPassword: 'a lone \ud800 surrogate' }, 'invalid_json', undefined],
    [{ newPassword: 'a'.repeat(129) }, 'invalid_body', 'newPassword'],
    [{ newPassword: ['a good long password'] }, 'invalid_body', 'newPassword'],
    [{ currentPassword: { $ne: null } }, 'invalid_body', 'currentPassword'],
    [{ role: 'administrator' }, 'invalid_body', 'role'],
  ])('to %j is refused', async (body, code, path) => {
    const { accessToken } = await somebody();
    const answer = await change(accessToken, body);
    expect(answer).toMatchObject({ status: 400 });
    if (path) expect(answer.body).toMatchObject({ code, errors: [{ path }] });
  });
});
