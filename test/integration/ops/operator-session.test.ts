import { beforeAll, describe, expect, it } from '@jest/globals';
import { addressGroup } from '../../../shared/platform/limits/address-group.ts';
import { type Administrator, opsApi, password } from './ops-fixture.ts';

const ops = opsApi();
let root: Administrator;
beforeAll(async () => {
  root = await ops.firstAdministrator('root@amira.test');
});

/** Signed in as a browser is. */
async function browser() {
  ops.clock.advance({ seconds: 60 });
  const { headers, body, status } = await ops.signIn(root, { as: 'cookie' });
  expect(status).toBe(200);
  const setCookie = headers.get('set-cookie') ?? '';
  const own = new URL(ops.url).origin;
  return {
    setCookie,
    body,
    cookie: setCookie.split(';')[0] ?? '',
    headers: { Cookie: setCookie.split(';')[0] ?? '', 'X-CSRF-Token': String(body['csrfToken']), Origin: own },
  };
}

describe('signing in', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a wrong password', { password: 'not the password' }],
    ['an unknown address', { email: 'unknown@amira.test' }],
    ['a wrong code', { totp: '000000' }],
    ['no code that could be one', { totp: 'x' }],
  ])('is refused in the same words for %s', async (_what, over) => {
    ops.clock.advance({ seconds: 60 });
    const { status, body } = await ops.signIn(root, over);
    expect([status, body['code'], body['detail']]).toEqual([
      401,
      'invalid_credentials',
      'The address, the password or the code is wrong.',
    ]);
  });

  it('counts a code once, of twenty at the same time', async () => {
    ops.clock.advance({ seconds: 60 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ops.signIn(root)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(401)]);
  });

  it('takes a recovery code, once', async () => {
    const [totp] = root.recoveryCodes;
    expect((await ops.signIn(root, { totp })).status).toBe(200);
    expect((await ops.signIn(root, { totp })).status).toBe(401);
  });

  it('is for administrators', async () => {
    ops.clock.advance({ seconds: 60 });
    await ops.look('alter table account disable trigger user');
    await ops.look(`update account set role = 'content_manager', operator_role = null`);
    const { status, body } = await ops.signIn(root);
    await ops.look(`update account set role = 'administrator', operator_role = 'admin'`);
    await ops.look('alter table account enable trigger user');
    expect([status, body['code']]).toEqual([401, 'invalid_credentials']);
  });

  it('is limited like signing in elsewhere, and whatever was tried elsewhere', async () => {
    const attempts = Array.from({ length: 51 }, () =>
      ops.send('POST', '/session', { body: { email: 'flood@amira.test', password, totp: '000000' } }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses).toContain(429);
    ops.clock.advance({ seconds: 60 });
    expect((await ops.signIn(root)).status).toBe(200);
  });

  it('is not kept from anybody by what is tried from their address on the public listener', async () => {
    const left = async () => {
      const { headers } = await ops.send('POST', '/session', {
        body: { email: 'left@amira.test', password, totp: '0' },
      });
      return Number(/"loginAddress";r=(\d+)/.exec(headers.get('RateLimit') ?? '')?.[1]);
    };
    const before = await left();
    for (const address of ['127.0.0.1', addressGroup('::1')]) await ops.deps.limits.consume('loginAddress', address);
    expect(await left()).toBe(before - 1);
  });
});

describe('a session', () => {
  it('is kept as a hash', async () => {
    const token = await ops.session(root);
    const rows = await ops.look('select token_hash from operator_session');
    expect(rows.map(({ token_hash }) => token_hash.toString('latin1')).join()).not.toContain(token);
    expect((await ops.send('GET', '/session', { token })).body).toMatchObject({ operator: { role: 'admin' } });
  });

  it('ends half an hour after its last use, and eight hours after its beginning', async () => {
    const idle = await ops.session(root);
    ops.clock.advance({ minutes: 29 });
    expect((await ops.send('GET', '/session', { token: idle })).status).toBe(200);
    ops.clock.advance({ minutes: 31 });
    expect((await ops.send('GET', '/session', { token: idle })).status).toBe(404);

    const used = await ops.session(root);
    for (let quarters = 1; quarters < 32; quarters += 1) {
      ops.clock.advance({ minutes: 15 });
      expect((await ops.send('GET', '/session', { token: used })).status).toBe(200);
    }
    ops.clock.advance({ minutes: 15 });
    expect((await ops.send('GET', '/session', { token: used })).status).toBe(404);
  });

  it('ends by signing out', async () => {
    const token = await ops.session(root);
    expect((await ops.send('DELETE', '/session', { token })).status).toBe(204);
    expect((await ops.send('GET', '/session', { token })).status).toBe(404);
  });

  it('ends with the role, and with whatever else makes tokens void', async () => {
    const token = await ops.session(root);
    await ops.look('update account set token_version = token_version + 1');
    expect((await ops.send('GET', '/session', { token })).status).toBe(404);
  });
});

describe('without a session', () => {
  it.each([
    ['GET', '/session'],
    ['DELETE', '/session'],
    ['PUT', '/session'],
    ['GET', '/audit'],
    ['GET', '/accounts?email=a@b.example'],
    ['POST', '/accounts/01a1fe6c-0000-7000-8000-000000000000/tier'],
    ['POST', '/keys/rotate'],
    ['GET', '/openapi.json'],
    ['GET', '/nothing'],
  ])('%s %s looks like a missing page', async (method, path) => {
    const missing = await ops.send('GET', '/there-is-nothing-here');
    for (const token of [undefined, 'x', 'A'.repeat(64)]) {
      const { status, body } = await ops.send(method, path, token === undefined ? {} : { token });
      const { requestId: _1, instance: _2, ...said } = body;
      const { requestId: _3, instance: _4, ...expected } = missing.body;
      expect([status, said]).toEqual([404, expected]);
    }
  });

  it('a cookie and a token at once are none', async () => {
    const [token, { cookie }] = [await ops.session(root), await browser()];
    expect((await ops.send('GET', '/session', { token, headers: { Cookie: cookie } })).status).toBe(404);
  });
});

describe('a browser', () => {
  it('is given a cookie that only our pages send and no script reads', async () => {
    const { setCookie, body } = await browser();
    expect(setCookie).toMatch(/^amira_operator=[\w-]+; Path=\/ops; Max-Age=28800; HttpOnly; SameSite=Strict$/);
    expect(body).not.toHaveProperty('token');
  });

  it('changes something with its CSRF token, from our own page', async () => {
    const { headers } = await browser();
    expect((await ops.send('DELETE', '/session', { headers })).status).toBe(204);
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['no CSRF token', { 'X-CSRF-Token': undefined }],
    ['another CSRF token', { 'X-CSRF-Token': 'A'.repeat(43) }],
    ['another page as origin', { Origin: 'https://evil.example' }],
    ['no origin', { Origin: undefined }],
    ['a sandboxed page as origin', { Origin: 'null' }],
    ['another site, as the browser tells', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('with %s changes nothing: 403', async (_what, over) => {
    const { headers } = await browser();
    const sent = Object.fromEntries(
      Object.entries({ ...headers, ...over }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    expect(await ops.send('DELETE', '/session', { headers: sent })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect((await ops.send('GET', '/session', { headers: { Cookie: headers.Cookie } })).status).toBe(200);
  });

  it('cannot be signed in from another page', async () => {
    const { email } = root;
    const attempt = { body: { email, password, totp: '000000' }, headers: { Origin: 'https://evil.example' } };
    expect((await ops.send('POST', '/session', attempt)).status).toBe(403);
  });
});
