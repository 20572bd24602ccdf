import { describe, expect, it } from '@jest/globals';
import { codeOf } from '../../support/authenticator.ts';
import { accountsApi, password } from './api-fixture.ts';

const api = accountsApi();

type Enrolment = { secret: string; uri: string; recoveryCodes: string[] };

async function enroll(token: string) {
  const { body } = await api.send('POST', '/auth/reauthenticate', { token, body: { password } });
  return api.send('POST', '/auth/totp/enroll', { token, headers: { 'X-Reauthentication': body.proof } });
}
const verify = (token: string, code: string) => api.send('POST', '/auth/totp/verify', { token, body: { code } });
const code = ({ secret }: Enrolment, steps = 0) => codeOf(secret, api.clock.now(), steps);
/** Far enough for the next code to be another one. */
const soon = () => api.clock.advance({ seconds: 60 });

/** Somebody with an authenticator that counts, in a session it has proved. */
async function enrolled(email: string) {
  const { accessToken: first, refreshToken, user } = await api.newcomer(email);
  const enrolment: Enrolment = (await enroll(first)).body;
  const { accessToken } = (await verify(first, code(enrolment))).body;
  soon();
  return { enrolment, accessToken: String(accessToken), refreshToken, user };
}

const stored = async (userId: string) => {
  const rows = await api.deps.database.transaction({ userId: userId as never }, (tx) =>
    tx.query<Record<string, unknown>>('select * from second_factor'),
  );
  return rows[0];
};

describe('enrolling an authenticator', () => {
  it('shows secret, address and ten recovery codes, and keeps none of them readable', async () => {
    const { accessToken, user } = await api.newcomer('shown@example.org');
    const { status, body } = await enroll(accessToken);
    expect(status).toBe(200);
    expect(body.uri).toContain(`secret=${body.secret}`);
    expect(new Set(body.recoveryCodes).size).toBe(10);
    const row = JSON.stringify(await stored(user.id), (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
    );
    for (const text of [body.secret, ...body.recoveryCodes]) expect(row).not.toContain(text);
  });

  it('asks for the password once more', async () => {
    const { accessToken } = await api.newcomer('password@example.org');
    expect(await api.send('POST', '/auth/totp/enroll', { token: accessToken })).toMatchObject({
      status: 403,
      body: { code: 'reauthentication_required' },
    });
  });

  it('changes nothing until its first code has been given', async () => {
    const { accessToken, user } = await api.newcomer('unconfirmed@example.org');
    const { body } = await enroll(accessToken);
    expect(await stored(user.id)).toMatchObject({ secret_sealed: null, confirmed_at: null });
    expect((await verify(accessToken, body.recoveryCodes[0])).body).toMatchObject({ code: 'invalid_code' });
    expect((await verify(accessToken, code(body))).status).toBe(200);
    expect(await stored(user.id)).toMatchObject({ pending_secret_sealed: null, secret_sealed: expect.anything() });
  });

  it('is told by mail once it counts', async () => {
    await enrolled('told@example.org');
    expect((await api.waitingMails()).map(({ template }) => template)).toEqual(['second_factor_changed']);
  });

  it('anew asks for a session that the present one has proved, which counts until then', async () => {
    const { enrolment } = await enrolled('anew@example.org');
    const { accessToken } = (await api.signIn('anew@example.org')).body;
    expect(await enroll(accessToken)).toMatchObject({ status: 403, body: { code: 'second_factor_required' } });
    expect((await verify(accessToken, code(enrolment))).status).toBe(200);
    soon();
    const next: Enrolment = (await enroll(accessToken)).body;
    expect((await verify(accessToken, code(enrolment))).status).toBe(200);
    expect((await verify(accessToken, code(next))).status).toBe(200);
    soon();
    expect((await verify(accessToken, code(enrolment))).status).toBe(400);
    expect((await verify(accessToken, enrolment.recoveryCodes[0] ?? '')).status).toBe(400);
    expect((await verify(accessToken, next.recoveryCodes[0] ?? '')).status).toBe(200);
  });

  it('anew takes its proof from the other sessions', async () => {
    const { enrolment, accessToken, user } = await enrolled('others@example.org');
    const other = (await api.signIn('others@example.org')).body.accessToken;
    await verify(other, code(enrolment));
    soon();
    const next: Enrolment = (await enroll(accessToken)).body;
    await verify(accessToken, code(next));
    const proved = await api.deps.database.transaction({ userId: user.id as never }, (tx) =>
      tx.query('select from session where second_factor_at is not null'),
    );
    expect(proved).toHaveLength(1);
    expect(await enroll(other)).toMatchObject({ status: 403 });
  });
});

describe('a code', () => {
  it('counts once, of a hundred at the same time', async () => {
    const { enrolment, accessToken } = await enrolled('hundred-codes@example.org');
    const answers = await Promise.all(Array.from({ length: 100 }, () => verify(accessToken, code(enrolment))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(99).fill(400)]);
  });

  it('of before is void once a later one was used', async () => {
    const { enrolment, accessToken } = await enrolled('later@example.org');
    expect((await verify(accessToken, code(enrolment, 1))).status).toBe(200);
    expect(await verify(accessToken, code(enrolment))).toMatchObject({ status: 400, body: { code: 'invalid_code' } });
  });

  it('of another person is wrong', async () => {
    const [one, other] = [await enrolled('one@example.org'), await enrolled('other@example.org')];
    expect((await verify(one.accessToken, code(other.enrolment))).status).toBe(400);
    expect((await verify(one.accessToken, other.enrolment.recoveryCodes[0] ?? '')).status).toBe(400);
  });

  it('is wrong where nothing was enrolled', async () => {
    const { accessToken } = await api.newcomer('nothing@example.org');
    expect(await verify(accessToken, '123456')).toMatchObject({ status: 400, body: { code: 'invalid_code' } });
  });
});

describe('a recovery code', () => {
  it('counts once, of a hundred at the same time, and the others go on counting', async () => {
    const { enrolment, accessToken } = await enrolled('recovery@example.org');
    const [first = '', second = ''] = enrolment.recoveryCodes;
    const answers = await Promise.all(Array.from({ length: 100 }, () => verify(accessToken, first)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(99).fill(400)]);
    expect((await verify(accessToken, second.toUpperCase())).status).toBe(200);
  });
});

describe('signing in with a code', () => {
  it('proves the session at once', async () => {
    const { enrolment } = await enrolled('at-once@example.org');
    const { status, body } = await api.signIn('at-once@example.org', { totp: code(enrolment) });
    expect(status).toBe(200);
    expect((await enroll(body.accessToken)).status).toBe(200);
  });

  it('that does not count signs nobody in', async () => {
    const { enrolment, user } = await enrolled('wrong-code@example.org');
    const sessions = () => api.look('select from session where user_id = $1', [user.id]);
    const before = await sessions();
    const used = code(enrolment);
    expect((await api.signIn('wrong-code@example.org', { totp: used })).status).toBe(200);
    for (const totp of [used, '000000', 'x'])
      expect(await api.signIn('wrong-code@example.org', { totp })).toMatchObject({
        status: 400,
        body: { code: 'invalid_code' },
      });
    expect(await sessions()).toHaveLength(before.length + 1);
  });
});

describe('the proof of a session', () => {
  it('outlives refreshing', async () => {
    const { refreshToken } = await enrolled('refreshed@example.org');
    const { accessToken } = (await api.send('POST', '/auth/refresh', { body: { refreshToken } })).body;
    expect((await enroll(accessToken)).status).toBe(200);
  });

  it('gives the scopes of the role in a new access token', async () => {
    const { enrolment, user } = await enrolled('scopes@example.org');
    await api.look(`update account set role = 'content_manager' where id = $1`, [user.id]);
    const { accessToken } = (await api.signIn('scopes@example.org')).body;
    const { body } = await verify(accessToken, code(enrolment));
    expect(body).toMatchObject({ scopes: ['own', 'content'], accessTokenExpiresAt: expect.stringMatching(/Z$/) });
    const claims = JSON.parse(Buffer.from(body.accessToken.split('.')[1], 'base64url').toString());
    expect(claims.scope).toBe('own content');
  });
});
