import { describe, expect, it } from '@jest/globals';
import { hashPassword } from '../../../shared/accounts/password-hash.ts';
import { accountsApi, password } from './api-fixture.ts';

const api = accountsApi();
const refresh = (refreshToken: string) => api.send('POST', '/auth/refresh', { body: { refreshToken } });
const me = (token: string) => api.send('GET', '/me', { token });

describe('signing in', () => {
  it('answers tokens with their ends, and the user', async () => {
    await api.newcomer('ana@example.org');
    const { status, body } = await api.signIn(' Ana@Example.org ');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      accessTokenExpiresAt: '2026-11-21T10:15:00.000Z',
      refreshTokenExpiresAt: '2026-12-05T10:00:00.000Z',
      user: { email: 'ana@example.org', timeZone: 'Europe/Madrid', lastSignInAt: '2026-11-21T10:00:00.000Z' },
    });
    expect(JSON.stringify(body)).not.toContain('argon2');
  });

  it('refuses a wrong password, an unknown address and an unproved one in the same words', async () => {
    await api.newcomer('known@example.org');
    await api.register('unproved@example.org');
    const answers = [
      await api.signIn('known@example.org', { password: 'not the password' }),
      await api.signIn('unknown@example.org'),
      await api.signIn('unproved@example.org', { password: 'not the password' }),
      await api.signIn('unproved@example.org'),
    ];
    for (const { status, body } of answers)
      expect({ status, body: { ...body, requestId: '' } }).toEqual({
        status: 401,
        body: { ...answers[0]?.body, code: 'invalid_credentials', requestId: '' },
      });
  });

  it('does not tell who has tried to register an address whether it had an account', async () => {
    await api.newcomer('taken@example.org');
    const password = 'a password of the stranger';
    const answers = await Promise.all(
      ['taken@example.org', 'free@example.org'].map(async (email) => {
        const registered = await api.register(email, { password });
        const signedIn = await api.signIn(email, { password });
        return [registered, signedIn].map(({ status, body: { requestId: _, ...body } }) => ({ status, body }));
      }),
    );
    expect(answers[1]).toEqual(answers[0]);
  });

  it('renews a hash that was made at another cost', async () => {
    const { user } = await api.newcomer('rehash@example.org');
    const cheap = await hashPassword(password, { memory: 64, passes: 1, parallelism: 1 });
    const { transaction } = api.deps.database;
    const userId = user.id as Parameters<typeof transaction>[0]['userId'];
    await transaction({ userId }, (tx) => tx.query('update account set password_hash = $1', [cheap]));
    expect((await api.signIn('rehash@example.org')).status).toBe(200);
    const [row] = await transaction({ userId }, (tx) =>
      tx.query<{ hash: string }>('select password_hash hash from account'),
    );
    expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await api.signIn('rehash@example.org')).status).toBe(200);
  });

  it.each([
    [{ password: ['x'] }],
    [{ password: 'lone\ud800' }],
    [{ device: undefined }],
    [{ device: { deviceId: '../x', name: 'x', platform: 'ios' } }],
    [{ device: { deviceId: 'x', name: 'two\nlines', platform: 'ios' } }],
    [{ email: { $ne: null } }],
    [{ role: 'administrator' }],
  ])('with %j is refused', async (over) => {
    expect((await api.signIn('ana@example.org', over)).status).toBe(400);
  });
});

describe('refreshing', () => {
  it('goes on with the session under new tokens', async () => {
    const session = await api.newcomer('refresh@example.org');
    const { status, body } = await refresh(session.refreshToken);
    expect(status).toBe(200);
    expect(body.refreshToken).not.toBe(session.refreshToken);
    expect(await me(body.accessToken)).toMatchObject({ status: 200, body: { email: 'refresh@example.org' } });
  });

  it('gives a hundred at once the one successor', async () => {
    const { refreshToken } = await api.newcomer('hundred@example.org');
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(refreshToken)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1);
  });

  it('with a token used before ends the family, access tokens included', async () => {
    const { refreshToken } = await api.newcomer('replay@example.org');
    const { body } = await refresh(refreshToken);
    api.clock.advance({ seconds: 11 });
    expect(await refresh(refreshToken)).toMatchObject({ status: 401, body: { code: 'invalid_refresh_token' } });
    expect((await refresh(body.refreshToken)).status).toBe(401);
    expect((await me(body.accessToken)).status).toBe(401);
  });

  it('takes no access token, and nothing takes a refresh token for one', async () => {
    const { accessToken, refreshToken } = await api.newcomer('mixed@example.org');
    expect((await refresh(accessToken)).status).toBe(401);
    expect((await me(refreshToken)).status).toBe(401);
  });

  it.each(['', 'x', 'A'.repeat(107)])('with %j is refused', async (token) => {
    expect(await refresh(token)).toMatchObject({ status: 401, body: { code: 'invalid_refresh_token' } });
  });
});

describe('signing out', () => {
  it('ends this session and leaves the others', async () => {
    const here = await api.newcomer('out@example.org');
    const there = (await api.signIn('out@example.org')).body;
    expect((await api.send('POST', '/auth/logout', { token: here.accessToken })).status).toBe(204);
    expect((await me(here.accessToken)).status).toBe(401);
    expect((await refresh(here.refreshToken)).status).toBe(401);
    expect((await me(there.accessToken)).status).toBe(200);
  });

  it('everywhere ends them all at once', async () => {
    const here = await api.newcomer('everywhere@example.org');
    const there = (await api.signIn('everywhere@example.org')).body;
    const answer = await api.send('POST', '/auth/logout', { token: here.accessToken, body: { everywhere: true } });
    expect(answer.status).toBe(204);
    for (const { accessToken, refreshToken } of [here, there]) {
      expect((await me(accessToken)).status).toBe(401);
      expect((await refresh(refreshToken)).status).toBe(401);
    }
    expect((await me((await api.signIn('everywhere@example.org')).body.accessToken)).status).toBe(200);
  });
});
