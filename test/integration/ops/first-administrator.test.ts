import { beforeEach, describe, expect, it } from '@jest/globals';
import { proofOf } from '../../../shared/accounts/index.ts';
import { opsApi, password, SECRET_KEY } from './ops-fixture.ts';

const ops = opsApi();

const administrators = () => ops.look(`select role, operator_role, status from account where role = 'administrator'`);

beforeEach(() => ops.empty());

describe('the first administrator', () => {
  it('is made by who holds the server’s secret, and signs in with the factor that was shown once', async () => {
    const { status, body } = await ops.addFirst('root@amira.test');
    expect(status).toBe(201);
    expect(body['enrolment']).toMatchObject({ uri: expect.stringContaining('root%40amira.test') });
    expect(await administrators()).toEqual([{ role: 'administrator', operator_role: 'admin', status: 'active' }]);
    expect(
      await ops.look(`select actor_kind, action, target_id from audit where target_id = $1`, [body['id']]),
    ).toEqual([{ actor_kind: 'server_secret', action: 'account.first_administrator', target_id: body['id'] }]);
    const { secret } = body['enrolment'] as { secret: string };
    const signedIn = await ops.signIn({ id: body['id'] as never, email: 'root@amira.test', secret, recoveryCodes: [] });
    expect(signedIn).toMatchObject({ status: 200, body: { operator: { id: body['id'], role: 'admin' } } });
  });

  it('is one, of twenty that are made at once', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, index) => ops.addFirst(`a${index}@amira.test`)));
    const counted = made.map(({ status }) => status).sort();
    expect(counted[0]).toBe(201);
    expect(new Set(counted.slice(1))).toEqual(new Set([404]));
    expect(await administrators()).toHaveLength(1);
  });

  it('once there, leaves nothing at the address it was made at', async () => {
    await ops.firstAdministrator();
    for (const path of ['/administrators/challenge', '/administrators'])
      expect((await ops.send('POST', path, path.endsWith('s') ? { body: later } : {})).status).toBe(404);
  });

  const later = { email: 'later@amira.test', password, nonce: 'x', proof: 'x' };

  it('is not made by who has another secret, or signed something else', async () => {
    const attempts = [
      { secretKey: 'another secret of at least thirty-two characters' },
      { email: 'somebody-else@amira.test' },
      { password: 'another password' },
      { proof: '' },
    ];
    for (const over of attempts) expect(await ops.addFirst('root@amira.test', over)).toMatchObject({ status: 403 });
    expect(await administrators()).toEqual([]);
  });

  it('is not made with a nonce of ours that is too old, or one of somebody else’s', async () => {
    const { body } = await ops.send('POST', '/administrators/challenge');
    const forged = `${Number.MAX_SAFE_INTEGER}.AAAA.${String(body['nonce']).split('.')[2]}`;
    for (const nonce of [String(body['nonce']), forged, '', '..', 'x']) {
      ops.clock.advance({ seconds: 121 });
      const request = { email: 'root@amira.test', password, nonce };
      const sent = await ops.send('POST', '/administrators', {
        body: { ...request, proof: proofOf(request, SECRET_KEY) },
      });
      expect([nonce, sent.status]).toEqual([nonce, 403]);
    }
  });

  it('has a password that is not among the common ones', async () => {
    const { body } = await ops.send('POST', '/administrators/challenge');
    const request = { email: 'root@amira.test', password: 'password123', nonce: String(body['nonce']) };
    const sent = await ops.send('POST', '/administrators', {
      body: { ...request, proof: proofOf(request, SECRET_KEY) },
    });
    expect(sent).toMatchObject({ status: 400, body: { code: 'weak_password' } });
  });

  it('takes no address that has an account', async () => {
    const person = await ops.person();
    expect(await ops.addFirst(`${person}@example.org`)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });
});
