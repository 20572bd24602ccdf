import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildApp } from '../../../api/app.ts';
import { openApiDocument } from '../../../api/openapi/document.ts';
import { defineRoute } from '../../../api/route.ts';
import { type ApiClient, serveApp } from '../../support/api/client.ts';
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

describe('a route that asks for a proof', () => {
  const careful = defineRoute(
    { method: 'POST', path: '/careful', summary: 'Be careful', tag: 'accounts', who: 'user', reauthentication: true },
    async () => ({}),
  );
  let client: ApiClient;
  beforeAll(async () => {
    client = await serveApp(buildApp(api.deps, [careful]));
  });
  afterAll(() => client?.close());

  const attempt = async (token: string, proof?: string) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      ...(proof === undefined ? {} : { 'X-Reauthentication': proof }),
    };
    const { status, body } = await client.send('POST', '/v1/careful', { headers });
    return status === 403 ? body['code'] : status;
  };

  it('lets in who has one, as often as they like', async () => {
    const { accessToken } = await somebody();
    const { body } = await prove(accessToken);
    expect([await attempt(accessToken, body.proof), await attempt(accessToken, body.proof)]).toEqual([204, 204]);
  });

  it.each([undefined, '', 'x', 'a.b.c', 'A'.repeat(5_000)])('refuses who sends none (%#)', async (proof) => {
    expect(await attempt((await somebody()).accessToken, proof)).toBe('reauthentication_required');
  });

  it("refuses an access token, another user's proof and another session's", async () => {
    const { accessToken } = await api.newcomer('mine@example.org');
    const { body: elsewhere } = await api.signIn('mine@example.org');
    const stranger = await somebody();
    const proofs = [
      accessToken,
      (await prove(elsewhere.accessToken)).body.proof,
      (await prove(stranger.accessToken)).body.proof,
    ];
    for (const proof of proofs) expect(await attempt(accessToken, proof)).toBe('reauthentication_required');
  });

  it('refuses a proof of five minutes ago', async () => {
    const { accessToken } = await somebody();
    const { body } = await prove(accessToken);
    api.clock.advance({ minutes: 5 });
    expect(await attempt(accessToken, body.proof)).toBe('reauthentication_required');
  });

  it('refuses a proof older than a change of password', async () => {
    const { accessToken } = await somebody();
    const { body } = await prove(accessToken);
    const change = { currentPassword: password, newPassword: 'another horse battery' };
    const { body: fresh } = await api.send('POST', '/me/password', { token: accessToken, body: change });
    expect(await attempt(fresh.accessToken, body.proof)).toBe('reauthentication_required');
  });

  it('tells who is signed out that they are, not that a proof is missing', async () => {
    const { accessToken } = await somebody();
    await api.send('POST', '/auth/logout', { token: accessToken });
    expect(await attempt(accessToken)).toBe(401);
  });

  it('says so in the document', () => {
    const { paths } = openApiDocument([careful]);
    expect(paths?.['/v1/careful']?.post).toMatchObject({
      parameters: [{ $ref: '#/components/parameters/Reauthentication' }],
      responses: { 403: { description: expect.stringContaining('`reauthentication_required`') } },
    });
  });
});
