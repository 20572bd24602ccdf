import { createHmac, type KeyObject, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';
import { buildApp } from '../../../api/app.ts';
import { defineRoute } from '../../../api/route.ts';
import { accountRoutes } from '../../../api/routes/accounts/index.ts';
import { createExternalIssuer, issueAccessToken, issuerKeys } from '../../../shared/accounts/index.ts';
import { firstRefreshToken } from '../../../shared/accounts/refresh-token.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { type ApiClient, serveApp } from '../../support/api/client.ts';
import { apiDeps } from '../../support/api/deps.ts';
import { rawRequest } from '../../support/api/raw-request.ts';
import { type Person, type ServedApi, serveRoutes } from '../../support/api/served.ts';
import { type OidcIssuer, startOidcIssuer } from '../../support/stand-ins/oidc-issuer.ts';

// A database that fails whoever uses it: an answer of 401 shows that no query ran.
const deps = apiDeps({ PUBLIC_URL: 'https://api.amira.test' });
const { accessToken: keys, refreshToken } = deps.accountKeys;
const seconds = Math.floor(deps.clock.now().epochMilliseconds / 1000);
const person = { userId: newId<UserId>(), sessionId: newId() };

let issuer: OidcIssuer;
let api: ApiClient;
let fetched: string[] = [];
const { fetch } = globalThis;
beforeAll(async () => {
  issuer = await startOidcIssuer(deps.clock);
  const keyOf = issuerKeys({ url: new URL(issuer.jwksUrl), elapsed: () => 0, cooldownMs: 3_600_000 });
  const externalIssuer = createExternalIssuer({ issuer: issuer.issuer, audiences: ['amira'], keyOf });
  await externalIssuer.verify(await issuer.accessToken('somebody'), deps.clock.now());
  globalThis.fetch = (...request) => {
    const target = String(request[0]);
    if (!target.startsWith(api?.url)) fetched.push(target);
    return fetch(...request);
  };
  api = await serveApp(buildApp({ ...deps, externalIssuer }, accountRoutes));
});
afterAll(async () => {
  globalThis.fetch = fetch;
  await api?.close();
  await issuer?.close();
});
beforeEach(() => {
  fetched = [];
  issuer.fetched.length = 0;
});

type Header = Record<string, unknown>;

/** Ours in all but what is said. */
function ours(claims: Header = {}, header: Header = {}, key: KeyObject | CryptoKey = keys.signing.privateKey) {
  const { userId: sub, sessionId: sid } = person;
  const time = { iat: seconds, nbf: seconds, exp: seconds + 900 };
  const about = { iss: keys.issuer, aud: keys.audience, sub, sid, role: 'standard', scope: 'own', tv: 1, jti: newId() };
  return new SignJWT({ ...about, ...time, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: keys.signing.kid, ...header })
    .sign(key);
}

const theirs = (claims: Header = {}, header: Header = {}) => issuer.accessToken('somebody', { claims, header });

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const partsOf = (token: string) => token.split('.') as [string, string, string];

const unsigned = (token: string) => `${part({ alg: 'none', typ: 'at+jwt' })}.${partsOf(token)[1]}.`;

/** The public key everybody can read, used as if it were a shared secret. */
function hmacUnder(publicKey: string | Buffer, token: string, kid: unknown) {
  const signed = `${part({ alg: 'HS256', typ: 'at+jwt', kid })}.${partsOf(token)[1]}`;
  return `${signed}.${createHmac('sha256', publicKey).update(signed).digest('base64url')}`;
}

function edited(token: string, change: Header) {
  const [header, payload, signature] = partsOf(token);
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return `${header}.${part({ ...claims, ...change })}.${signature}`;
}

const publicPem = () => keys.verifying.get(keys.signing.kid)?.export({ format: 'pem', type: 'spki' }) ?? '';
const EVIL = 'http://127.0.0.1:9/keys.json';

/** A key of the attacker's own, which the token brings along or points to. */
async function withOwnKey(sign: typeof ours, header: (jwk: object) => Header, claims: Header = {}) {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return sign(claims, header(await exportJWK(publicKey)), privateKey);
}

const refusedEverywhere: [string, (sign: (claims?: Header, header?: Header) => Promise<string>) => Promise<string>][] =
  [
    ['alg none', async (sign) => unsigned(await sign())],
    ['expired', (sign) => sign({ exp: seconds - 31 })],
    ['not valid before later', (sign) => sign({ nbf: seconds + 31 })],
    ['for another audience', (sign) => sign({ aud: 'somebody-else' })],
    ['of another type', (sign) => sign({}, { typ: 'JWT' })],
    ['whose role was edited', async (sign) => edited(await sign(), { role: 'administrator', scope: 'own system' })],
    ['of 8 KB', (sign) => sign({ padding: 'x'.repeat(6_000) })],
    ['whose key id is a path', (sign) => sign({}, { kid: '../../../../etc/passwd' })],
    ['whose key id is SQL', (sign) => sign({}, { kid: "' or 1=1; drop table account; --" })],
    [
      'whose signature is cut off',
      async (sign) =>
        `${partsOf(await sign())
          .slice(0, 2)
          .join('.')}.`,
    ],
  ];

describe.each<[string, (claims?: Header, header?: Header) => Promise<string>]>([
  ['of ours', ours],
  ['of the external issuer', theirs],
])('a token %s', (_whose, sign) => {
  it.each(refusedEverywhere)('%s is 401, and nothing is fetched or queried', async (_what, make) => {
    const token = await make(sign);
    for (const [method, path] of [
      ['GET', '/v1/me'],
      ['GET', '/v1/me/sessions'],
      ['POST', '/v1/auth/logout'],
    ] as const) {
      const { status, body, headers } = await api.send(method, path, { headers: { Authorization: `Bearer ${token}` } });
      expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'unauthenticated' });
      expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    }
    expect([...fetched, ...issuer.fetched]).toEqual([]);
  });
});

describe('a token', () => {
  it.each<[string, () => Promise<string>]>([
    ['with an HMAC under our public key', async () => hmacUnder(publicPem(), await ours(), keys.signing.kid)],
    [
      "with an HMAC under the issuer's public key",
      async () => hmacUnder(JSON.stringify(issuer.publicJwk()), await theirs(), issuer.publicJwk().kid),
    ],
    ['of no issuer', () => ours({ iss: undefined })],
    ['of an issuer nobody configured', () => ours({ iss: 'https://evil.example' })],
    ['that says it is ours under a key of theirs', () => theirs({ iss: keys.issuer })],
    ['that says it is theirs under a key of ours', () => ours({ iss: issuer.issuer })],
    ['with a key of its own', () => withOwnKey(ours, (jwk) => ({ jwk, kid: undefined }))],
    ['with a key of its own under our key id', () => withOwnKey(ours, (jwk) => ({ jwk }))],
    ['that says where its key is', () => withOwnKey(ours, () => ({ jku: EVIL, x5u: EVIL }))],
    ['of theirs that says where its key is', () => withOwnKey(ours, () => ({ jku: EVIL }), { iss: issuer.issuer })],
    ['that is an ID token', () => theirs({ nonce: 'n' }, { typ: 'JWT' })],
    ["that is Cognito's ID token", () => issuer.cognitoToken('somebody', { claims: { token_use: 'id' } })],
    ['that Cognito made for another app', () => issuer.cognitoToken('somebody', { claims: { client_id: 'other' } })],
    ['that is one to refresh with', async () => firstRefreshToken(person, randomBytes(32), refreshToken[0])],
  ])('%s is 401, and nothing is fetched or queried', async (_what, make) => {
    const headers = { Authorization: `Bearer ${await make()}` };
    expect(await api.send('GET', '/v1/me', { headers })).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
    expect([...fetched, ...issuer.fetched]).toEqual([]);
  });

  it('that is missing, or only in the query or a body, is 401', async () => {
    const token = await ours();
    for (const path of ['/v1/me', `/v1/me?access_token=${token}`, `/v1/me?token=${token}`])
      expect((await api.send('GET', path)).status).toBe(401);
    const body = { access_token: token };
    expect((await api.send('POST', '/v1/auth/logout', { body })).status).toBe(401);
  });

  it('beside another one is 400, whichever is good', async () => {
    const good = await ours();
    for (const [first, second] of [
      [good, 'x'],
      ['x', good],
      [good, good],
    ]) {
      const lines = [`Authorization: Bearer ${first}`, `Authorization: Bearer ${second}`, 'Connection: close'];
      const answer = await rawRequest(api.port, `GET /v1/me HTTP/1.1\r\nHost: x\r\n${lines.join('\r\n')}\r\n\r\n`);
      expect(answer).toContain('400 Bad Request');
      expect(answer).toContain('ambiguous_credentials');
    }
  });
});

describe('a refusal', () => {
  it('is told to operators: why, where and in which request, without an address or a token', async () => {
    deps.logLines.length = 0;
    const token = await ours({ exp: seconds - 60 });
    const headers = { Authorization: `Bearer ${token}`, 'X-Request-Id': 'told-once', 'User-Agent': 'agent' };
    // A second of its own: lines of one reason are one a second.
    const deadline = performance.now() + 5_000;
    while (!deps.logLines.some(({ category }) => category === 'security') && performance.now() < deadline)
      await api.send('GET', '/v1/me/sessions', { headers });
    const line = deps.logLines.find(({ category }) => category === 'security');
    expect(line).toMatchObject({
      level: 'warning',
      reason: 'bad_token',
      route: '/v1/me/sessions',
      request_id: 'told-once',
      message: 'Access was refused',
    });
    expect(JSON.stringify(line)).not.toMatch(/127\.0\.0\.1|::1|eyJ/);
  });

  it('of a flood is one line a second, while each is counted', async () => {
    deps.logLines.length = 0;
    deps.metrics.authFailuresTotal.reset();
    const started = performance.now();
    await Promise.all(Array.from({ length: 200 }, () => api.send('GET', '/v1/me')));
    const lines = deps.logLines.filter(({ category }) => category === 'security');
    expect(lines.length).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - started) / 1_000));
    expect((await deps.metrics.authFailuresTotal.get()).values).toEqual([
      { labels: { reason: 'no_token' }, value: 200 },
    ]);
  });
});

describe('a token that was good', () => {
  const content = defineRoute(
    {
      method: 'GET',
      path: '/content',
      summary: 'x',
      tag: 'meta',
      who: 'user',
      scope: 'content',
      response: z.object({}),
    },
    async () => ({ body: {} }),
  );
  let served: ServedApi;
  beforeAll(async () => {
    served = await serveRoutes([...accountRoutes, content]);
  });
  afterAll(() => served?.close());

  /** A content manager with a second factor, and a token that says so. */
  async function manager(): Promise<Person & { get(): Promise<number>; change(sql: string): Promise<unknown> }> {
    const { deps: inside, client } = served;
    const somebody = await served.person();
    const change = (sql: string) => inside.database.transaction({ userId: somebody.id }, (tx) => tx.query(sql));
    await change(`update account set role = 'content_manager'`);
    await change('update session set second_factor_at = now()');
    const bearer = { userId: somebody.id, sessionId: somebody.sessionId, role: 'content_manager' } as const;
    const { accessToken } = await issueAccessToken(
      { ...bearer, secondFactor: true, tokenVersion: 1 },
      newId(),
      inside.accountKeys.accessToken,
      inside.clock.now(),
    );
    const headers = { Authorization: `Bearer ${accessToken}` };
    return { ...somebody, change, get: async () => (await client.send('GET', '/v1/content', { headers })).status };
  }

  it('is 401 after signing out everywhere', async () => {
    const { send, get } = await manager();
    expect(await get()).toBe(200);
    await send('POST', '/v1/auth/logout', { body: { everywhere: true } });
    expect(await get()).toBe(401);
  });

  it('is 403 after a demotion', async () => {
    const { change, get } = await manager();
    expect(await get()).toBe(200);
    await change(`update account set role = 'standard'`);
    expect(await get()).toBe(403);
  });

  it.each(['deleting', 'locked'])('is 401 once the account is %s', async (status) => {
    const { change, get } = await manager();
    await change(`update account set status = '${status}'`);
    expect(await get()).toBe(401);
  });
});
