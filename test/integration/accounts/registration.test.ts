import { describe, expect, it } from '@jest/globals';
import { accountsApi, newcomer, tokenIn } from './api-fixture.ts';

const api = accountsApi();
const verify = (token: string) => api.send('POST', '/auth/verify-email', { body: { token } });
const resend = (email: string) => api.send('POST', '/auth/verify-email/resend', { body: { email } });

describe('registering', () => {
  it('mails a token that makes the account usable', async () => {
    expect(await api.register('ana@example.org')).toMatchObject({ status: 202, body: { status: 'accepted' } });
    const [mail, ...more] = await api.deliverMails();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ to: 'ana@example.org', subject: 'Confirm your e-mail address' });
    expect(await verify(tokenIn(mail))).toMatchObject({ status: 204, body: undefined });
    expect(await api.signIn('ana@example.org')).toMatchObject({ status: 200, body: { user: { role: 'standard' } } });
  });

  it('writes in the language of the newcomer', async () => {
    await api.register('luis@example.org', { languagePreference: 'es-MX' });
    const [mail] = await api.deliverMails();
    expect(mail?.subject).toBe('Confirma tu dirección de correo');
  });

  it('answers alike for a known address, opens no second account and tells its owner', async () => {
    await api.newcomer('known@example.org');
    const again = await api.register('KNOWN@example.org', { password: 'another password' });
    const unknown = await api.register('unknown@example.org');
    expect(again.status).toBe(unknown.status);
    expect(again.body).toEqual(unknown.body);
    const mails = await api.deliverMails();
    expect(mails.find(({ to }) => to === 'known@example.org')?.subject).toBe('You already have an Amira account');
    expect((await api.signIn('known@example.org', { password: 'another password' })).status).toBe(401);
    expect((await api.signIn('known@example.org')).status).toBe(200);
  });

  it('an address that nobody proved again counts from then on, and voids the older mail', async () => {
    await api.register('twice@example.org', { password: "a stranger's choice" });
    const [first] = await api.deliverMails();
    await api.register('twice@example.org');
    const [second] = await api.deliverMails();
    expect(await verify(tokenIn(first))).toMatchObject({ status: 400, body: { code: 'invalid_token' } });
    expect(await verify(tokenIn(second))).toMatchObject({ status: 204 });
    expect((await api.signIn('twice@example.org')).status).toBe(200);
  });

  it('the same address from everywhere at once opens one account', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => api.register('crowd@example.org')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    const mails = await api.deliverMails();
    const verified = await Promise.all(mails.map((mail) => verify(tokenIn(mail))));
    expect(verified.filter(({ status }) => status === 204)).toHaveLength(1);
  });

  it('records the consents that were named and no others', async () => {
    const { accessToken } = await api.newcomer('plain@example.org');
    expect((await api.send('GET', '/me/consents', { token: accessToken })).body).toMatchObject({
      consents: ['service'],
      decisions: [{ purpose: 'service', granted: true }],
    });
  });

  const wrong: [string, Record<string, unknown>, string][] = [
    ['two addresses', { email: 'a@x.org,b@y.org' }, 'email'],
    ['an address with a line break', { email: 'a@x.org\r\nBcc: b@y.org' }, 'email'],
    ['an array of addresses', { email: ['a@x.org'] }, 'email'],
    ['an object for an address', { email: { $ne: null } }, 'email'],
    ['a short password', { password: '1234567' }, 'password'],
    ['a long password', { password: 'a'.repeat(129) }, 'password'],
    ['no consent to the service', { consents: ['insights'] }, 'consents'],
    ['no consents', { consents: undefined }, 'consents'],
    ['an unknown purpose', { consents: ['service', 'advertising'] }, 'consents.1'],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['an offset for a zone', { timeZone: '+02:00' }, 'timeZone'],
    ['an unknown language', { languagePreference: '!!' }, 'languagePreference'],
    ['no salt', { encryptionKeySalt: '' }, 'encryptionKeySalt'],
    ['a role', { role: 'administrator' }, 'role'],
    ['an id', { userId: '0198d1a0-0000-7000-8000-000000000000' }, 'userId'],
    ['a creation time', { createdAt: '2020-01-01T00:00:00Z' }, 'createdAt'],
  ];
  it.each(wrong)('with %s is refused', async (_what, over, path) => {
    const { status, body } = await api.register('wrong@example.org', over);
    expect(status).toBe(400);
    expect(body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  it.each(['{"__proto__":{"role":"administrator"}}', '{"constructor":1}', '{"password":"nul\\u0000inside"}'])(
    'with %s is refused before anything reads it',
    async (tail) => {
      const body = `${JSON.stringify(newcomer('proto@example.org')).slice(0, -1)},${tail.slice(1)}`;
      expect((await api.send('POST', '/auth/register', { body })).status).toBe(400);
    },
  );
});

describe("a mail's token", () => {
  it('works once', async () => {
    await api.register('once@example.org');
    const [mail] = await api.deliverMails();
    expect((await verify(tokenIn(mail))).status).toBe(204);
    expect(await verify(tokenIn(mail))).toMatchObject({ status: 400, body: { code: 'invalid_token' } });
  });

  it('works for 24 hours', async () => {
    await api.register('late@example.org');
    const [mail] = await api.deliverMails();
    api.clock.advance({ hours: 24 });
    expect(await verify(tokenIn(mail))).toMatchObject({ status: 400, body: { code: 'invalid_token' } });
  });

  it.each(['', 'x', 'A'.repeat(43), "' or 1=1 --"])('is not %j', async (token) => {
    expect(await verify(token)).toMatchObject({ status: 400, body: { code: 'invalid_token' } });
  });

  it('can be asked for again, by who is not yet verified', async () => {
    await api.register('again@example.org');
    const [first] = await api.deliverMails();
    const answer = await resend('again@example.org');
    const [second] = await api.deliverMails();
    expect(tokenIn(second)).not.toBe(tokenIn(first));
    expect((await verify(tokenIn(first))).status).toBe(400);
    expect((await verify(tokenIn(second))).status).toBe(204);

    expect(await resend('again@example.org')).toMatchObject({ status: answer.status, body: answer.body });
    expect(await resend('nobody@example.org')).toMatchObject({ status: answer.status, body: answer.body });
    expect(await api.deliverMails()).toEqual([]);
  });

  it('asked for twice at once is two mails, of which the newest counts', async () => {
    await api.register('impatient@example.org');
    await resend('impatient@example.org');
    const [first, second] = await api.deliverMails();
    expect((await verify(tokenIn(first))).status).toBe(400);
    expect((await verify(tokenIn(second))).status).toBe(204);
  });

  it('is void at once when the address is registered anew, mailed or not', async () => {
    await api.register('renewed@example.org');
    const [mail] = await api.deliverMails();
    await api.register('renewed@example.org', { password: "a stranger's choice" });
    expect((await verify(tokenIn(mail))).status).toBe(400);
    await api.deliverMails();
  });
});
