import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createExternalIssuer, issuerKeys } from '../../../shared/accounts/index.ts';
import { type OidcIssuer, startOidcIssuer } from '../../support/stand-ins/oidc-issuer.ts';
import { type ApiProcess, apiProcesses } from './api-processes.ts';

const processes = apiProcesses();
const { clock } = processes;
let issuer: OidcIssuer;
let api: ApiProcess;
/** Monotonic time, as the api sees it. */
let elapsed = 0;

/** An api process that accepts the issuer's tokens. It has fetched nothing yet. */
const startApi = () => {
  const keyOf = issuerKeys({ url: new URL(issuer.jwksUrl), elapsed: () => elapsed, cooldownMs: 0 });
  const externalIssuer = createExternalIssuer({ issuer: issuer.issuer, audiences: ['amira'], keyOf });
  return processes.start({}, { externalIssuer });
};

beforeAll(async () => {
  issuer = await startOidcIssuer(clock);
  api = await startApi();
});
afterAll(() => issuer?.close());

const send = (token: string, method: string, path: string, { body, headers = {}, to = api }: SendOptions = {}) =>
  to.client.send(method, `/v1${path}`, { body, headers: { Authorization: `Bearer ${token}`, ...headers } });
type SendOptions = { body?: unknown; headers?: Record<string, string>; to?: ApiProcess };
const me = (token: string, options?: SendOptions) => send(token, 'GET', '/me', options);

describe("another issuer's access token", () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('signed with %s is accepted', async (alg) => {
    expect((await me(await issuer.accessToken(`by-${alg}`, { alg }))).status).toBe(200);
  });

  it("of Amazon Cognito's shape is accepted", async () => {
    expect((await me(await issuer.cognitoToken('cognito'))).status).toBe(200);
    expect((await me(await issuer.cognitoToken('cognito', { header: { typ: 'JWT' } }))).status).toBe(200);
  });

  it('opens an account that holds nothing but what the service needs', async () => {
    const headers = { 'X-Time-Zone': 'Europe/Lisbon' };
    const token = await issuer.accessToken('newcomer', { claims: { email: 'not@taken.example', scope: 'system' } });
    const { body } = await me(token, { headers });
    expect(body).toMatchObject({
      email: null,
      role: 'standard',
      status: 'active',
      timeZone: 'Europe/Lisbon',
      languagePreference: 'en',
      verifiedAt: null,
      encryptionKeySalt: expect.stringMatching(/^[\w+/]{22}==$/),
    });
    expect((await send(token, 'GET', '/me/consents')).body).toMatchObject({ consents: ['service'] });
  });

  it('opens it in UTC where the phone says nothing that is a zone', async () => {
    const headers = { 'X-Time-Zone': 'Mars/X' };
    expect((await me(await issuer.accessToken('martian'), { headers })).body).toMatchObject({ timeZone: 'UTC' });
  });

  it('opens one account, though twenty come at once', async () => {
    const token = await issuer.accessToken('twenty');
    const answers = await Promise.all(Array.from({ length: 20 }, () => me(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
  });

  it('leads to the same account whenever and however it was issued', async () => {
    const first = (await me(await issuer.accessToken('steady'))).body['id'];
    clock.advance({ minutes: 5 });
    expect((await me(await issuer.cognitoToken('steady', { alg: 'ES256' }))).body['id']).toBe(first);
    expect((await me(await issuer.accessToken('somebody-else'))).body['id']).not.toBe(first);
  });

  it('is good for half a minute beyond its end', async () => {
    const token = await issuer.accessToken('leeway');
    clock.advance({ seconds: 3600 + 29 });
    expect((await me(token)).status).toBe(200);
    clock.advance({ seconds: 2 });
    expect((await me(token)).status).toBe(401);
  });

  it('has no session here: the list is empty, and it proves neither password nor second factor', async () => {
    const token = await issuer.accessToken('sessionless');
    expect((await send(token, 'GET', '/me/sessions')).body).toEqual({ items: [], nextCursor: null });
    const proof = await send(token, 'POST', '/auth/totp/verify', { body: { code: '123456' } });
    expect(proof).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    const password = await send(token, 'POST', '/auth/reauthenticate', { body: { password: 'anything' } });
    expect(password).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});

describe('signing out', () => {
  it.each([[undefined], [{ everywhere: true }]])('with %j voids every token issued before it', async (body) => {
    const subject = `leaver-${JSON.stringify(body)}`;
    const [here, there] = [await issuer.accessToken(subject), await issuer.cognitoToken(subject)];
    await me(here);
    clock.advance({ seconds: 1 });
    expect((await send(here, 'POST', '/auth/logout', { body })).status).toBe(204);
    for (const token of [here, there]) expect((await me(token)).status).toBe(401);
    clock.advance({ seconds: 1 });
    expect((await me(await issuer.accessToken(subject))).status).toBe(200);
  });

  it('silences the phone', async () => {
    const token = await issuer.accessToken('pushed');
    const pushToken = { kind: 'fid', value: 'external-phone' };
    await send(token, 'PUT', '/me/devices/p', { body: { name: 'Phone', platform: 'ios', pushToken } });
    clock.advance({ seconds: 1 });
    await send(token, 'POST', '/auth/logout');
    clock.advance({ seconds: 1 });
    const { body } = await send(await issuer.accessToken('pushed'), 'GET', '/me/devices');
    expect(body['items']).toMatchObject([{ deviceId: 'p', pushEnabled: false }]);
  });

  it.each(['locked', 'deleting'])('is what an account that is %s amounts to', async (status) => {
    const token = await issuer.accessToken(`is-${status}`);
    const { id } = (await me(token)).body as { id: never };
    await api.deps.database.transaction({ userId: id }, (tx) => tx.query('update account set status = $1', [status]));
    expect((await me(token)).status).toBe(401);
  });
});

describe("the issuer's keys", () => {
  it('are fetched once for many requests', async () => {
    const fresh = await startApi();
    const before = issuer.fetched.length;
    const token = await issuer.accessToken('many');
    const answers = await Promise.all(Array.from({ length: 10 }, () => me(token, { to: fresh })));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(issuer.fetched.slice(before)).toEqual(['/jwks.json']);
  });

  it('may change: a new one is looked for when it is first seen', async () => {
    const fresh = await startApi();
    const old = await issuer.accessToken('rotated');
    expect((await me(old, { to: fresh })).status).toBe(200);
    await issuer.rotate();
    expect((await me(await issuer.accessToken('rotated'), { to: fresh })).status).toBe(200);
    expect((await me(old, { to: fresh })).status).toBe(401);
  });

  it('that are known go on counting while the issuer is down; for any other the answer is to come back later', async () => {
    const fresh = await startApi();
    const known = await issuer.accessToken('outage');
    await me(known, { to: fresh });
    await issuer.rotate();
    const unknown = await issuer.accessToken('outage');
    issuer.setDown(true);
    elapsed += 11 * 60_000;
    expect((await me(known, { to: fresh })).status).toBe(200);
    const refused = await me(unknown, { to: fresh });
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    issuer.setDown(false);
    expect((await me(unknown, { to: fresh })).status).toBe(503);
    elapsed += 5_000;
    expect((await me(unknown, { to: fresh })).status).toBe(200);
  });

  it('count for no longer than a day without the issuer', async () => {
    const fresh = await startApi();
    const token = await issuer.accessToken('a-day', { claims: { exp: clock.now().epochMilliseconds } });
    await me(token, { to: fresh });
    issuer.setDown(true);
    elapsed += 24 * 3_600_000 + 1;
    expect((await me(token, { to: fresh })).status).toBe(503);
    issuer.setDown(false);
    elapsed += 5_000;
    expect((await me(token, { to: fresh })).status).toBe(200);
  });

  it('that cannot be had are asked for once in five seconds, whoever comes', async () => {
    const fresh = await startApi();
    issuer.setDown(true);
    const before = issuer.fetched.length;
    const token = await issuer.accessToken('patient');
    for (let request = 0; request < 20; request += 1) expect((await me(token, { to: fresh })).status).toBe(503);
    expect(issuer.fetched.length - before).toBe(1);
    issuer.setDown(false);
    elapsed += 5_000;
  });
});
