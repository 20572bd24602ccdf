import { describe, expect, it } from '@jest/globals';
import { hashPassword } from '../../../shared/accounts/password-hash.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { accountsApi, password } from './api-fixture.ts';

const api = accountsApi();
const deviceOf = (deviceId: string) => ({ deviceId, name: `Phone ${deviceId}`, platform: 'ios' });
const signIn = (email: string, deviceId: string) => api.signIn(email, { device: deviceOf(deviceId) });
const templates = async () => (await api.waitingMails()).map(({ template }) => template);

describe('signing in on a device', () => {
  it('for the first time ever is no news', async () => {
    await api.newcomer('first@example.org');
    expect(await templates()).toEqual([]);
  });

  it('that the account never used is told by mail, with its session', async () => {
    const { user } = await api.newcomer('new@example.org');
    const { body } = await signIn('new@example.org', 'unheard-of');
    const [mail, ...more] = await api.waitingMails();
    expect(more).toEqual([]);
    const { items } = await api
      .send('GET', '/me/sessions', { token: body.accessToken })
      .then((answer) => answer.body as { items: { id: string; current: boolean }[] });
    const sessionId = items.find(({ current }) => current)?.id;
    expect(mail).toEqual({ template: 'new_device', userId: user.id, sessionId });
  });

  it('used before is not told again', async () => {
    await api.newcomer('again@example.org');
    await signIn('again@example.org', 'second');
    await api.waitingMails();
    await signIn('again@example.org', 'second');
    expect(await templates()).toEqual([]);
  });

  it('that was forgotten is told again', async () => {
    const { accessToken: token } = await api.newcomer('forgot@example.org');
    await signIn('forgot@example.org', 'second');
    await api.send('DELETE', '/me/devices/second', { token });
    await api.waitingMails();
    await signIn('forgot@example.org', 'second');
    expect(await templates()).toEqual(['new_device']);
  });

  it('that was only registered before is told all the same', async () => {
    const { accessToken: token } = await api.newcomer('registered@example.org');
    const { name, platform } = deviceOf('second');
    await api.send('PUT', '/me/devices/second', { token, body: { name, platform } });
    await signIn('registered@example.org', 'second');
    expect(await templates()).toEqual(['new_device']);
  });

  it('twice at once is told once', async () => {
    await api.newcomer('twice@example.org');
    const answers = await Promise.all([signIn('twice@example.org', 'both'), signIn('twice@example.org', 'both')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await templates()).toEqual(['new_device']);
  });

  it('somebody else uses too is news to this account', async () => {
    await api.newcomer('owner@example.org');
    await api.newcomer('sharer@example.org');
    await signIn('owner@example.org', 'shared');
    await api.waitingMails();
    await signIn('sharer@example.org', 'shared');
    expect(await templates()).toEqual(['new_device']);
  });
});

describe('signing in while the account changes', () => {
  /** Puts `change` between the check of the password and the opening of the session. */
  const signInDuring = async (email: string, change: string, values: unknown[]) => {
    const { user } = await api.newcomer(email);
    const { passwords } = api.deps;
    const verify = passwords.verify.bind(passwords);
    let changed = false;
    passwords.verify = async (presented, hash) => {
      const isRight = await verify(presented, hash);
      const userId = user.id as UserId;
      if (!changed) await api.deps.database.transaction({ userId }, (tx) => tx.query(change, values));
      changed = true;
      return isRight;
    };
    try {
      return await api.signIn(email);
    } finally {
      passwords.verify = verify;
    }
  };

  it('does not get in with a password that was changed meanwhile', async () => {
    const other = await hashPassword('another password');
    const answer = await signInDuring('changed@example.org', 'update account set password_hash = $1', [other]);
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
  });

  it('gets in although another sign-in renewed the hash meanwhile', async () => {
    const renewed = await hashPassword(password);
    const answer = await signInDuring('renewed@example.org', 'update account set password_hash = $1', [renewed]);
    expect(answer.status).toBe(200);
  });

  it('does not get in to an account that was locked meanwhile', async () => {
    const answer = await signInDuring('locked@example.org', `update account set status = 'locked'`, []);
    expect(answer).toMatchObject({ status: 403, body: { code: 'account_locked' } });
  });
});
