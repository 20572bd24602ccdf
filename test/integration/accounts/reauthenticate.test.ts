import { describe, expect, it } from '@jest/globals';
import { accountsApi, password } from './api-fixture.ts';

const api = accountsApi();
const prove = (token: string, given: unknown = password) =>
  api.send('POST', '/auth/reauthenticate', { token, body: { password: given } });

let people = 0;
const somebody = () => api.newcomer(`somebody-${people++}@example.org`);

describe('proving once more who one is', () => {
  it('answers a proof for five minutes', async () => {
    const { accessToken } = await api.newcomer('ana@example.org');
    const { status, body } = await prove(accessToken);
    expect(status).toBe(200);
    expect(body).toEqual({
      proof: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expiresAt: '2026-11-21T10:05:00.000Z',
    });
  });

  it('is refused with a wrong password', async () => {
    const { accessToken } = await api.newcomer('wrong@example.org');
    expect(await prove(accessToken, 'not the password')).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    });
  });

  it.each([[''], [['x']], [{ $ne: null }], [null], ['lone\ud800'], ['a'.repeat(300)]])(
    'is refused with %j',
    async (given) => {
      const { accessToken } = await somebody();
      expect((await prove(accessToken, given)).status).toBe(400);
    },
  );

  it('gives nothing that passes for an access token', async () => {
    const { accessToken } = await api.newcomer('mixed@example.org');
    const { body } = await prove(accessToken);
    expect((await api.send('GET', '/me', { token: body.proof })).status).toBe(401);
  });

  it('is refused to a session that has ended', async () => {
    const { accessToken } = await api.newcomer('ended@example.org');
    await api.send('POST', '/auth/logout', { token: accessToken });
    expect(await prove(accessToken)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });
});
