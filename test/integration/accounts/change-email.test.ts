import { beforeEach, describe, expect, it } from '@jest/globals';
import { beginChange } from '../../../shared/accounts/index.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import type { Mail } from '../../../shared/platform/mail/port.ts';
import { until } from '../../support/until.ts';
import { accountsApi, newcomer, password, tokenIn } from './api-fixture.ts';

const api = accountsApi();
const change = (token: string, email: unknown, given: unknown = password) =>
  api.send('POST', '/me/email', { token, body: { email, password: given } });
const verify = (token: string) => api.send('POST', '/auth/verify-email', { body: { token } });
const me = (token: string) => api.send('GET', '/me', { token });
const invalid = { status: 400, body: { code: 'invalid_token' } };
const proved = { status: 204, body: undefined };

/** The mails that are waiting, by their recipient and subject. */
const delivered = async () => {
  const mails = await api.deliverMails();
  const to = (address: string, subject: RegExp) =>
    mails.find((mail) => mail.to === address && subject.test(mail.subject));
  return { to, list: mails.map((mail) => [mail.to, mail.subject]) };
};

const OLD = /Confirm the change/;
const NEW = /Confirm your new/;

/** Somebody who has asked to move from one address to another, and the two tokens. */
async function mover(from: string, to: string) {
  const session = await api.newcomer(from);
  await change(session.accessToken, to);
  const mails = await delivered();
  return { ...session, oldToken: tokenIn(mails.to(from, OLD)), newToken: tokenIn(mails.to(to, NEW)) };
}

beforeEach(async () => {
  await api.waitingMails();
});

describe('moving to another address', () => {
  it.each([
    ['the old one first', 'a', (one: string, two: string) => [one, two] as const],
    ['the new one first', 'b', (one: string, two: string) => [two, one] as const],
  ])('is done once both have been proved, %s', async (_order, name, order) => {
    const [from, to] = [`${name}@old.example`, `${name}@new.example`];
    const { accessToken, refreshToken, oldToken, newToken } = await mover(from, to);
    const [first, second] = order(oldToken, newToken);

    expect(await verify(first)).toEqual(proved);
    expect((await me(accessToken)).body.email).toBe(from);
    expect((await api.signIn(from)).status).toBe(200);
    expect((await delivered()).list).toEqual([]);

    expect(await verify(second)).toEqual(proved);
    expect((await me(accessToken)).body.email).toBe(to);
    expect((await api.signIn(from)).status).toBe(401);
    expect((await api.signIn(to)).status).toBe(200);
    expect((await api.send('POST', '/auth/refresh', { body: { refreshToken } })).status).toBe(200);
    expect((await delivered()).list).toContainEqual([from, 'Your e-mail address has been changed']);
  });

  it('tells the old address even when yet another change follows before that mail goes out', async () => {
    const { accessToken, oldToken, newToken } = await mover('told@old.example', 'told@new.example');
    await verify(oldToken);
    await verify(newToken);
    await change(accessToken, 'told@newer.example');
    const { list } = await delivered();
    expect(list).toContainEqual(['told@old.example', 'Your e-mail address has been changed']);
    expect(list).toContainEqual(['told@new.example', 'Confirm the change of your e-mail address']);
  });

  it('keeps the old address no longer than until it has been told, and puts it in no job', async () => {
    const { user, oldToken, newToken } = await mover('kept@old.example', 'kept@new.example');
    await verify(oldToken);
    await verify(newToken);
    const [payload] = await api.waitingMails();
    if (!payload) throw new Error('nobody is told');
    expect(JSON.stringify(payload)).not.toContain('@');
    const left = () =>
      api.deps.database.transaction({ userId: user.id as UserId }, (tx) =>
        tx.query('select old_email from email_change'),
      );
    expect(await left()).toHaveLength(1);
    await api.runMail(payload, ({ to }) => expect(to).toBe('kept@old.example'));
    expect(await left()).toEqual([]);
  });

  it('works for the spelling of the same address', async () => {
    const { accessToken, oldToken, newToken } = await mover('spelling@old.example', 'Spelling@Old.example');
    await verify(oldToken);
    expect(await verify(newToken)).toEqual(proved);
    expect((await me(accessToken)).body.email).toBe('Spelling@Old.example');
  });

  it('takes each token once', async () => {
    const { accessToken, oldToken, newToken } = await mover('once@old.example', 'once@new.example');
    expect(await verify(newToken)).toEqual(proved);
    expect(await verify(newToken)).toMatchObject(invalid);
    expect((await me(accessToken)).body.email).toBe('once@old.example');
    expect(await verify(oldToken)).toEqual(proved);
    expect(await verify(oldToken)).toMatchObject(invalid);
  });

  it('is done once, with both tokens given five times at once', async () => {
    const { accessToken, oldToken, newToken } = await mover('crowd@old.example', 'crowd@new.example');
    const tokens = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? oldToken : newToken));
    const answers = await Promise.all(tokens.map(verify));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(2);
    expect((await me(accessToken)).body.email).toBe('crowd@new.example');
    expect((await delivered()).list).toEqual([['crowd@old.example', 'Your e-mail address has been changed']]);
  });

  it('is possible for a day', async () => {
    const { accessToken, oldToken, newToken } = await mover('late@old.example', 'late@new.example');
    await verify(oldToken);
    api.clock.advance({ hours: 24 });
    expect(await verify(newToken)).toMatchObject(invalid);
    const { body } = await api.signIn('late@old.example');
    expect(body.user.email).toBe('late@old.example');
    expect((await me(accessToken)).status).toBe(401);
  });

  it('is replaced by a newer request, proofs and all', async () => {
    const { accessToken, oldToken, newToken } = await mover('twice@old.example', 'twice@first.example');
    await verify(oldToken);
    await change(accessToken, 'twice@second.example');
    expect(await verify(newToken)).toMatchObject(invalid);
    const mails = await delivered();
    expect(await verify(tokenIn(mails.to('twice@second.example', NEW)))).toEqual(proved);
    expect((await me(accessToken)).body.email).toBe('twice@old.example');
    await verify(tokenIn(mails.to('twice@old.example', OLD)));
    expect((await me(accessToken)).body.email).toBe('twice@second.example');
  });

  it('is called off by a change of password', async () => {
    const { accessToken, oldToken, newToken } = await mover('off@old.example', 'off@new.example');
    await verify(oldToken);
    const body = { currentPassword: password, newPassword: 'another horse battery' };
    await api.send('POST', '/me/password', { token: accessToken, body });
    expect(await verify(newToken)).toMatchObject(invalid);
  });

  it('voids what was mailed to the old address', async () => {
    const { oldToken, newToken } = await mover('void@old.example', 'void@new.example');
    await api.send('POST', '/auth/reset-password', { body: { email: 'void@old.example' } });
    const reset = tokenIn((await delivered()).to('void@old.example', /new password/));
    await verify(oldToken);
    await verify(newToken);
    const confirm = { token: reset, password: 'another horse battery' };
    expect(await api.send('POST', '/auth/reset-password-confirm', { body: confirm })).toMatchObject(invalid);
  });
});

const WAITING = `
  select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

describe('a mail of a change', () => {
  /** Begins another change, which is not committed before `meanwhile` waits for it. */
  const whileAnotherBegins = async (userId: UserId, email: string, meanwhile: () => Promise<void>) => {
    let running = Promise.resolve();
    await api.deps.database.transaction({ userId }, async (tx) => {
      await beginChange(tx, userId, email, api.clock.now());
      running = meanwhile();
      await until('the mail waits for the account', async () => {
        const waiting = await api.look(WAITING);
        return waiting.length > 0;
      });
    });
    await running;
  };

  it('proves nothing for the change that takes its place as it is made', async () => {
    const { accessToken, user } = await api.newcomer('swap@old.example');
    const userId = user.id as UserId;
    await change(accessToken, 'mine@new.example');
    const payload = (await api.waitingMails()).find(({ template }) => template === 'change_email_new');
    if (!payload) throw new Error('no mail is waiting');
    const sent: Mail[] = [];
    await whileAnotherBegins(userId, 'theirs@new.example', () => api.runMail(payload, (mail) => void sent.push(mail)));
    expect(sent).toEqual([]);
  });
});

describe('a change of an account that was locked meanwhile', () => {
  it('is not done, and may go on once the account is unlocked', async () => {
    const { accessToken, user, oldToken, newToken } = await mover('held@old.example', 'held@new.example');
    const setStatus = (status: string) => api.look('update account set status = $2 where id = $1', [user.id, status]);
    expect(await verify(newToken)).toEqual(proved);
    await setStatus('locked');
    expect(await verify(oldToken)).toMatchObject(invalid);
    await setStatus('active');
    expect(await verify(oldToken)).toEqual(proved);
    expect((await me(accessToken)).body.email).toBe('held@new.example');
  });
});

describe('moving to an address that somebody has', () => {
  it('is answered like any other, and its owner alone hears of it', async () => {
    await api.newcomer('owner@example.org');
    const { accessToken } = await api.newcomer('asker@example.org');
    expect(await change(accessToken, 'OWNER@example.org')).toEqual(await change(accessToken, 'nobody@example.org'));
    await api.waitingMails();
    await change(accessToken, 'OWNER@example.org');
    const first = await delivered();
    expect(first.list).toEqual([['asker@example.org', 'Confirm the change of your e-mail address']]);
    expect((await delivered()).list).toEqual([['owner@example.org', 'You already have an Amira account']]);
    expect(await verify(tokenIn(first.to('asker@example.org', OLD)))).toEqual(proved);
    expect((await me(accessToken)).body.email).toBe('asker@example.org');
  });

  it('is lost to who got it first, without the loser being told so', async () => {
    const one = await mover('one@old.example', 'wanted@new.example');
    const two = await mover('two@old.example', 'wanted@new.example');
    for (const token of [one.oldToken, two.oldToken, one.newToken]) expect(await verify(token)).toEqual(proved);
    await api.waitingMails();
    expect(await verify(two.newToken)).toEqual(proved);
    expect((await me(two.accessToken)).body.email).toBe('two@old.example');
    expect((await delivered()).list).toEqual([['wanted@new.example', 'You already have an Amira account']]);
    expect(await verify(two.newToken)).toMatchObject(invalid);
  });

  it('is won by one of four who prove it at once', async () => {
    const movers = [];
    for (let each = 0; each < 4; each++) movers.push(await mover(`race${each}@old.example`, 'race@new.example'));
    for (const { oldToken } of movers) await verify(oldToken);
    const answers = await Promise.all(movers.map(({ newToken }) => verify(newToken)));
    expect(answers).toEqual(movers.map(() => proved));
    const emails = await Promise.all(movers.map(async ({ accessToken }) => (await me(accessToken)).body.email));
    expect(emails.filter((email) => email === 'race@new.example')).toHaveLength(1);
  });

  it('succeeds where nobody has proved it', async () => {
    const { accessToken, oldToken, newToken } = await mover('mine@old.example', 'squatted@new.example');
    await api.register('squatted@new.example');
    await verify(oldToken);
    expect(await verify(newToken)).toEqual(proved);
    expect((await me(accessToken)).body.email).toBe('squatted@new.example');
    expect((await api.signIn('squatted@new.example')).body.user.id).toBeDefined();
  });
});

describe('asking to move', () => {
  it('is refused with a wrong password, and nobody is written to', async () => {
    const { accessToken } = await api.newcomer('wrong@example.org');
    const answer = await change(accessToken, 'other@example.org', 'not the password');
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect((await delivered()).list).toEqual([]);
  });

  it('is refused for what is not one plain address', async () => {
    const { accessToken } = await api.newcomer('plain@example.org');
    const bad = ['a@x.org,b@y.org', 'a@x.org\r\nBcc: b@y.org', ['a@x.org'], { $ne: null }, '', 'no address', null];
    for (const email of bad)
      expect(await change(accessToken, email)).toMatchObject({ status: 400, body: { code: 'invalid_body' } });
  });

  it('takes no field of somebody else', async () => {
    const { accessToken } = await api.newcomer('fields@example.org');
    const body = { email: 'other@example.org', password, userId: newcomer('x@example.org').email };
    expect((await api.send('POST', '/me/email', { token: accessToken, body })).status).toBe(400);
  });
});
