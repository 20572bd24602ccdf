import { beforeAll, describe, expect, it } from '@jest/globals';
import { mailSend } from '../../../jobs/mail-send/contract.ts';
import type { OperatorRole } from '../../../shared/accounts/index.ts';
import { laneNumber } from '../../../shared/ledger/contract.ts';
import { decodePayload } from '../../../shared/ledger/payload.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { everyPage } from '../../support/api/every-page.ts';
import { type Administrator, opsApi } from './ops-fixture.ts';

const ops = opsApi();
let root: Administrator;
beforeAll(async () => {
  root = await ops.firstAdministrator('root@amira.test');
});

const reason = 'ticket 4711';

/** Somebody with an authenticator, which has proved a session of the app and let them in here. */
async function withSecondFactor(): Promise<UserId> {
  const id = await ops.person();
  await ops.look(
    `insert into second_factor (user_id, secret_sealed, confirmed_at, created_at) values ($1, '\\x01', now(), now())`,
    [id],
  );
  await ops.look(
    `insert into session (id, user_id, device_id, device_name_sealed, platform, refresh_hash, expires_at, created_at, last_used_at, second_factor_at)
     values (uuidv7(), $1, 'phone', '\\x01', 'ios', sha256($2), now() + interval '1 day', now(), now(), now())`,
    [id, Buffer.from(id)],
  );
  await ops.look(
    `insert into operator_session (id, user_id, token_hash, token_version, expires_at, last_used_at, created_at)
     values (uuidv7(), $1, sha256($2), 1, now() + interval '1 day', now(), now())`,
    [id, Buffer.from(id)],
  );
  return id;
}

describe('the roles', () => {
  const routes: [OperatorRole, string, (id: string) => [string, string, unknown?]][] = [
    ['viewer', 'read the session', () => ['GET', '/session']],
    ['viewer', 'read the audit', () => ['GET', '/audit']],
    ['viewer', 'read the documentation', () => ['GET', '/openapi.json']],
    ['support', 'find accounts', (id) => ['GET', `/accounts?email=${id}@example.org`]],
    ['operator', 'set tiers', (id) => ['POST', `/accounts/${id}/tier`, { tier: 'premium', reason }]],
    ['operator', 'lock', (id) => ['POST', `/accounts/${id}/lock`, { reason }]],
    ['admin', 'give roles', (id) => ['POST', `/accounts/${id}/role`, { role: 'content_manager', reason }]],
    ['admin', 'reset second factors', (id) => ['POST', `/accounts/${id}/reset-second-factor`, { reason }]],
  ];
  const roles: OperatorRole[] = ['viewer', 'support', 'operator', 'admin'];

  it.each(roles)('let a %s do what those before may, and nothing of those behind', async (role) => {
    const token = await ops.session(root, role);
    for (const [needed, what, request] of routes) {
      const [method, path, body] = request(await withSecondFactor());
      const { status } = await ops.send(method, path, { token, body });
      expect([what, status]).toEqual([what, roles.indexOf(role) >= roles.indexOf(needed) ? 200 : 403]);
    }
  });
});

describe('an account', () => {
  it('is found by its address, which is audited and not given back', async () => {
    const [token, person] = [await ops.session(root, 'support'), await ops.person()];
    const { body, text } = await ops.send('GET', `/accounts?email=${person}%40Example.org`, { token });
    expect(body).toMatchObject({ items: [{ id: person, role: 'standard', operatorRole: null, status: 'active' }] });
    expect(text).not.toContain('@');
    const [entry] = await ops.look('select action, actor_id from audit where target_id = $1', [person]);
    expect(entry).toEqual({ action: 'account.find', actor_id: root.id });
  });

  it('is premium, locked, in charge and back again; each step audited with its reason', async () => {
    const [token, person] = [await ops.session(root), await ops.person()];
    const change = async (what: string, body: object) =>
      (await ops.send('POST', `/accounts/${person}/${what}`, { token, body: { ...body, reason } })).body;
    expect(await change('tier', { tier: 'premium' })).toMatchObject({ role: 'premium' });
    expect(await change('lock', {})).toMatchObject({ status: 'locked' });
    expect(await change('unlock', {})).toMatchObject({ status: 'active' });
    const role = { role: 'administrator', operatorRole: 'viewer' };
    expect(await change('role', role)).toMatchObject(role);
    expect(await change('role', { role: 'standard' })).toMatchObject({ role: 'standard', operatorRole: null });
    const { items } = (await ops.send('GET', `/audit?target=${person}`, { token })).body as {
      items: Record<string, unknown>[];
    };
    expect(items.map(({ action }) => action)).toEqual([
      'account.role',
      'account.role',
      'account.unlock',
      'account.lock',
      'account.tier',
    ]);
    for (const entry of items) expect(entry).toMatchObject({ actorId: root.id, reason, requestId: expect.any(String) });
  });

  it.each<[string, unknown, number]>([
    ['tier', { tier: 'premium' }, 400],
    ['tier', { tier: 'administrator', reason }, 400],
    ['tier', { tier: 'premium', reason: 'x' }, 400],
    ['tier', { tier: 'premium', reason: 'two\nlines' }, 400],
    ['role', { role: 'administrator', reason }, 400],
    ['role', { role: 'standard', operatorRole: 'admin', reason }, 400],
    ['role', { role: 'root', reason }, 400],
    ['unlock', { reason }, 409],
  ])('is not changed by %s with %j', async (what, body, status) => {
    const [token, person] = [await ops.session(root), await ops.person()];
    expect((await ops.send('POST', `/accounts/${person}/${what}`, { token, body })).status).toBe(status);
    expect(await ops.look('select from audit where target_id = $1', [person])).toEqual([]);
  });

  it('that is not there is 404', async () => {
    const token = await ops.session(root);
    for (const id of [newId(), 'x'])
      expect((await ops.send('POST', `/accounts/${id}/lock`, { token, body: { reason } })).status).toBe(404);
  });

  it('of the last administrator stays as it is', async () => {
    const token = await ops.session(root);
    for (const [what, body] of [
      ['role', { role: 'standard' }],
      ['lock', {}],
    ] as const) {
      const { status, body: said } = await ops.send('POST', `/accounts/${root.id}/${what}`, {
        token,
        body: { ...body, reason },
      });
      expect([status, said['code']]).toEqual([409, 'last_administrator']);
    }
    expect((await ops.send('GET', '/session', { token })).status).toBe(200);
  });
});

describe('a lost second factor', () => {
  const reset = (token: string, id: string, body: unknown = { reason }) =>
    ops.send('POST', `/accounts/${id}/reset-second-factor`, { token, body });

  it('is taken away with what it proved; its owner is told by mail, the audit by whom and why', async () => {
    const [token, person] = [await ops.session(root), await withSecondFactor()];
    expect(await reset(token, person)).toMatchObject({ status: 200, body: { id: person, status: 'active' } });
    expect(await ops.look('select from second_factor where user_id = $1', [person])).toEqual([]);
    const proved =
      'select from session where user_id = $1 and (second_factor_at is not null or revoked_at is not null)';
    expect(await ops.look(proved, [person])).toEqual([]);
    expect(await ops.look('select from operator_session where user_id = $1 and revoked_at is null', [person])).toEqual(
      [],
    );
    const [mail, ...others] = await ops.look('select * from job where subject = $1', [person]);
    expect([mail?.['kind'], others]).toEqual(['mail.send', []]);
    expect(decodePayload(mailSend, mail?.['version'], mail?.['payload'])).toEqual({
      template: 'second_factor_changed',
      userId: person,
    });
    expect(mail).toMatchObject({ pool: mailSend.pool, lane: laneNumber(mailSend.lane), expires_at: expect.any(Date) });
    const audited = 'select actor_id, action, before, after, reason from audit where target_id = $1';
    expect(await ops.look(audited, [person])).toEqual([
      {
        actor_id: root.id,
        action: 'account.reset_second_factor',
        before: { secondFactor: true },
        after: { secondFactor: false },
        reason,
      },
    ]);
  });

  it('is taken away once, of ten at the same time', async () => {
    const [token, person] = [await ops.session(root), await withSecondFactor()];
    const answers = await Promise.all(Array.from({ length: 10 }, () => reset(token, person)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
    expect(await ops.look('select from job where subject = $1', [person])).toHaveLength(1);
  });

  it('of one’s own is for another administrator', async () => {
    const token = await ops.session(root);
    expect(await reset(token, root.id)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await ops.look('select from second_factor where user_id = $1', [root.id])).toHaveLength(1);
    expect((await ops.send('GET', '/session', { token })).status).toBe(200);
  });

  it('is not taken from who has none, who is not there, or for no reason', async () => {
    const [token, person] = [await ops.session(root), await ops.person()];
    expect((await reset(token, person)).status).toBe(409);
    expect((await reset(token, newId())).status).toBe(404);
    expect((await reset(token, await withSecondFactor(), {})).status).toBe(400);
    expect(await ops.look('select from audit where target_id = $1', [person])).toEqual([]);
  });
});

describe('the master key', () => {
  it('is rotated by a job that is its operator’s, which is audited; each operator has one at a time', async () => {
    const token = await ops.session(root);
    const rotate = () => ops.send('POST', '/keys/rotate', { token, body: { reason } });
    const { status, headers, body } = await rotate();
    expect([status, headers.get('location')]).toEqual([202, `/ops/api/keys?job=${body['jobId']}`]);
    expect((await rotate()).body['jobId']).toBe(body['jobId']);
    const jobs = await ops.look(`select kind, subject, state from job where kind = 'keys.rewrap'`);
    expect(jobs).toEqual([{ kind: 'keys.rewrap', subject: root.id, state: 'pending' }]);
    const progress = await ops.send('GET', `/keys?job=${body['jobId']}`, { token });
    expect(progress.body).toMatchObject({ state: 'pending', remaining: 0, total: expect.any(Number) });
    expect(await ops.look(`select reason from audit where action = 'keys.rotate'`)).toEqual([{ reason }, { reason }]);
  });

  it('is an admin’s to rotate, and everybody’s to ask about', async () => {
    const token = await ops.session(root, 'operator');
    expect((await ops.send('POST', '/keys/rotate', { token, body: { reason } })).status).toBe(403);
    expect((await ops.send('GET', '/keys', { token })).status).toBe(200);
  });
});

describe('a sweep of the object store', () => {
  it('only counts unless it is told otherwise, is its operator’s, and is audited', async () => {
    const token = await ops.session(root, 'operator');
    const ask = (body: unknown) => ops.send('POST', '/objects/sweep', { token, body });
    const looking = await ask({});
    expect([looking.status, looking.body['dryRun']]).toEqual([202, true]);
    expect((await ask({ apply: false })).body['jobId']).toBe(looking.body['jobId']);
    const sweeping = await ask({ apply: true, reason });
    expect([sweeping.status, sweeping.body['dryRun']]).toEqual([202, false]);
    const jobs = await ops.look(
      `select subject, payload ->> 'dryRun' as dry from job where kind = 'objects.sweep' order by 2`,
    );
    expect(jobs).toEqual([
      { subject: root.id, dry: 'false' },
      { subject: root.id, dry: 'true' },
    ]);
    const standing = await ops.send('GET', `/objects/sweep?job=${sweeping.body['jobId']}`, { token });
    expect(standing.body).toEqual({ state: 'pending', result: null });
    const audited = await ops.look(
      `select target_id, after, reason from audit where action = 'objects.sweep' order by id`,
    );
    expect(audited).toEqual([
      { target_id: looking.body['jobId'], after: { dryRun: true }, reason: null },
      { target_id: looking.body['jobId'], after: { dryRun: true }, reason: null },
      { target_id: sweeping.body['jobId'], after: { dryRun: false }, reason },
    ]);
  });

  it('deletes nothing without a reason, nor for who may not', async () => {
    const token = await ops.session(root, 'operator');
    expect((await ops.send('POST', '/objects/sweep', { token, body: { apply: true } })).status).toBe(400);
    const support = await ops.session(root, 'support');
    expect((await ops.send('POST', '/objects/sweep', { token: support, body: {} })).status).toBe(403);
  });
});

describe('the audit', () => {
  it('is read page by page', async () => {
    const token = await ops.session(root);
    type Page = { items: { id: string }[]; nextCursor: string | null };
    const pages = await everyPage(
      3,
      async (query) => (await ops.send('GET', `/audit${query}`, { token })).body as Page,
    );
    const ids = pages.flatMap(({ items }) => items.map(({ id }) => id));
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
    expect(ids.length).toBe(Number((await ops.look('select count(*) from audit'))[0].count));
  });
});

it('the document names every route, and who may ask it with what', async () => {
  const token = await ops.session(root, 'viewer');
  const { body } = await ops.send('GET', '/openapi.json', { token });
  const paths = body['paths'] as Record<string, Record<string, { security: unknown[] }>>;
  expect(Object.keys(paths).every((path) => path.startsWith('/ops/api/'))).toBe(true);
  expect(paths['/ops/api/session']?.['post']?.security).toEqual([]);
  expect(paths['/ops/api/accounts/{id}/tier']?.['post']?.security).toHaveLength(2);
});
