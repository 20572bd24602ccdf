import { describe, expect, it } from '@jest/globals';
import { accountsApi, password, tokenIn } from './api-fixture.ts';

const api = accountsApi();
const ask = (email: unknown) => api.send('POST', '/auth/reset-password', { body: { email } });
const confirm = (token: unknown, chosen: unknown = 'another horse battery') =>
  api.send('POST', '/auth/reset-password-confirm', { body: { token, password: chosen } });
const refresh = (refreshToken: string) => api.send('POST', '/auth/refresh', { body: { refreshToken } });
const me = (token: string) => api.send('GET', '/me', { token });
const invalid = { status: 400, body: { code: 'invalid_token' } };

async function resetToken(email: string): Promise<string> {
  await ask(email);
  return tokenIn(await mailTo(email));
}

const mailTo = async (email: string) => (await api.deliverMails()).findLast(({ to }) => to === email);

describe('asking to reset a password', () => {
  it('answers alike for a known, an unproved and an unknown address', async () => {
    await api.newcomer('known@example.org');
    await api.register('unproved@example.org');
    await api.deliverMails();
    const answers = [
      await ask('known@example.org'),
      await ask('unproved@example.org'),
      await ask('nobody@example.org'),
    ];
    expect(answers).toEqual(answers.map(() => ({ status: 202, body: { status: 'accepted' } })));
    expect((await api.deliverMails()).map(({ to, subject }) => [to, subject])).toEqual([
      ['known@example.org', 'Set a new password'],
      ['unproved@example.org', 'Confirm your e-mail address'],
    ]);
  });

  it('writes the same for an unknown address as for a known one', async () => {
    await api.newcomer('written@example.org');
    await ask('written@example.org');
    await ask('unwritten@example.org');
    const [known, unknown] = await api.waitingMails();
    expect({ ...unknown, userId: known?.userId }).toEqual(known);
  });

  it('sends the language of the account', async () => {
    await api.register('luisa@example.org', { languagePreference: 'es' });
    const token = tokenIn(await mailTo('luisa@example.org'));
    await api.send('POST', '/auth/verify-email', { body: { token } });
    await ask('luisa@example.org');
    expect((await mailTo('luisa@example.org'))?.subject).toBe('Crea una contraseña nueva');
  });

  it.each([['a@x.org,b@y.org'], ['a@x.org\r\nBcc: b@y.org'], [['a@x.org']], [{ $ne: null }], [''], [null]])(
    'with %j for an address is refused',
    async (email) => {
      expect(await ask(email)).toMatchObject({ status: 400, body: { code: 'invalid_body' } });
      expect(await api.waitingMails()).toEqual([]);
    },
  );
});

describe('resetting a password', () => {
  it('sets it, ends every session and tells the owner', async () => {
    const first = await api.newcomer('ana@example.org');
    const { body: second } = await api.signIn('ana@example.org');
    expect(await confirm(await resetToken('ana@example.org'))).toEqual({ status: 204, body: undefined });

    expect((await api.signIn('ana@example.org', { password })).status).toBe(401);
    expect((await api.signIn('ana@example.org', { password: 'another horse battery' })).status).toBe(200);
    for (const session of [first, second]) {
      expect((await me(session.accessToken)).status).toBe(401);
      expect((await refresh(session.refreshToken)).status).toBe(401);
    }
    const subjects = (await api.deliverMails()).map(({ to, subject }) => [to, subject]);
    expect(subjects).toContainEqual(['ana@example.org', 'Your password has been changed']);
  });

  it('takes the token once', async () => {
    await api.newcomer('once@example.org');
    const token = await resetToken('once@example.org');
    expect((await confirm(token)).status).toBe(204);
    expect(await confirm(token, 'a third horse battery')).toMatchObject(invalid);
    expect((await api.signIn('once@example.org', { password: 'another horse battery' })).status).toBe(200);
  });

  it('takes the token from one of ten at once', async () => {
    await api.newcomer('crowd@example.org');
    const token = await resetToken('crowd@example.org');
    const answers = await Promise.all(Array.from({ length: 10 }, () => confirm(token)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(9);
  });

  it('takes no token that is eleven minutes old', async () => {
    await api.newcomer('late@example.org');
    const token = await resetToken('late@example.org');
    api.clock.advance({ minutes: 11 });
    expect(await confirm(token)).toMatchObject(invalid);
  });

  it('takes only the newer of two tokens', async () => {
    await api.newcomer('two@example.org');
    const older = await resetToken('two@example.org');
    const newer = await resetToken('two@example.org');
    expect(await confirm(older)).toMatchObject(invalid);
    expect((await confirm(newer)).status).toBe(204);
  });

  it('takes no token of another kind', async () => {
    await api.register('kind@example.org');
    expect(await confirm(tokenIn(await mailTo('kind@example.org')))).toMatchObject(invalid);
  });

  it.each(['', 'x', 'A'.repeat(43), "' or 1=1 --"])('takes %j for no token', async (token) => {
    expect(await confirm(token)).toMatchObject(invalid);
  });

  it('refuses a weak password and keeps the token for a better one', async () => {
    await api.newcomer('weak@example.org');
    const token = await resetToken('weak@example.org');
    expect(await confirm(token, 'Football')).toMatchObject({
      status: 400,
      body: { code: 'weak_password', errors: [{ path: 'password' }] },
    });
    expect(await confirm(token, 'short')).toMatchObject({ status: 400, body: { code: 'invalid_body' } });
    expect((await confirm(token)).status).toBe(204);
  });

  it('is not possible for an account that was locked since', async () => {
    const { user } = await api.newcomer('locked@example.org');
    const token = await resetToken('locked@example.org');
    const { transaction } = api.deps.database;
    const userId = user.id as Parameters<typeof transaction>[0]['userId'];
    await transaction({ userId }, (tx) => tx.query(`update account set status = 'locked'`));
    expect(await confirm(token)).toMatchObject(invalid);
    await ask('locked@example.org');
    expect(await mailTo('locked@example.org')).toBeUndefined();
  });
});
