import { describe, expect, it } from '@jest/globals';
import { fromBase64 } from '../../../docs/client/bytes.ts';
import {
  changePassword,
  createKeyBundle,
  type KeyBundle,
  openWithPassword,
  openWithRecoveryCode,
  WrongSecret,
} from '../../../docs/client/key-bundle.ts';
import { nativeArgon2id } from '../../support/phones/native-argon2.ts';
import { accountsApi, newcomer, password, tokenIn } from './api-fixture.ts';

const api = accountsApi();
let people = 0;
const somebody = async () => {
  const email = `keys-${people++}@example.org`;
  return { email, token: (await api.newcomer(email)).accessToken };
};

const read = (token: string, headers = {}) => api.reply('GET', '/me/key-bundle', { token, headers });
const store = (token: string, bundle: unknown, headers: Record<string, string> = {}) =>
  api.reply('PUT', '/me/key-bundle', { token, body: { bundle }, headers });
const tagOf = (reply: { headers: Headers }) => reply.headers.get('ETag') ?? '';

describe('the key bundle', () => {
  it('is missing until a phone stores one, and then what it stored', async () => {
    const { token } = await somebody();
    expect((await read(token)).status).toBe(404);
    const stored = await store(token, '{"version":1}');
    expect([stored.status, stored.body]).toEqual([
      200,
      { bundle: '{"version":1}', updatedAt: '2026-11-21T10:00:00.000Z' },
    ]);
    const found = await read(token);
    expect(found.body).toEqual(stored.body);
    expect(tagOf(found)).toBe(tagOf(stored));
    expect((await read(token, { 'If-None-Match': tagOf(stored) })).status).toBe(304);
  });

  it('takes the place only of the one that is named', async () => {
    const { token } = await somebody();
    const first = tagOf(await store(token, 'first', { 'If-None-Match': '*' }));
    for (const condition of [{}, { 'If-None-Match': '*' }, { 'If-Match': 'W/"another"' }]) {
      const refused = await store(token, 'second', condition);
      expect([refused.status, refused.body['code']]).toEqual([412, 'precondition_failed']);
    }
    expect((await store(token, 'second', { 'If-Match': first })).status).toBe(200);
    expect((await store(token, 'third', { 'If-Match': first })).status).toBe(412);
    expect((await read(token)).body).toMatchObject({ bundle: 'second' });
  });

  it('is not made under a condition on one that is not there', async () => {
    const { token } = await somebody();
    expect((await store(token, 'first', { 'If-Match': '*' })).status).toBe(412);
    expect((await read(token)).status).toBe(404);
  });

  it('may be sent again by a phone that lost the answer', async () => {
    const { token } = await somebody();
    const first = tagOf(await store(token, 'first'));
    expect((await store(token, 'first')).status).toBe(200);
    await store(token, 'second', { 'If-Match': first });
    const again = await store(token, 'second', { 'If-Match': first });
    expect([again.status, tagOf(again)]).toEqual([200, tagOf(await read(token))]);
  });

  it.each(['first', 'later'])('is of one phone when several store their %s at once', async (which) => {
    const { token } = await somebody();
    const condition: Record<string, string> = {};
    if (which === 'later') condition['If-Match'] = tagOf(await store(token, 'before'));
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, phone) => store(token, `of phone ${phone}`, condition)),
    );
    const winners = replies.filter(({ status }) => status === 200);
    expect(replies.map(({ status }) => status).filter((status) => status === 412)).toHaveLength(9);
    expect((await read(token)).body).toEqual(winners[0]?.body);
  });

  it.each([
    ['8,193 bytes', 'x'.repeat(8_193), 400],
    ['more than a body may have', 'x'.repeat(70_000), 413],
    ['nothing', '', 400],
    ['an object', { version: 1 }, 400],
    ['other characters than ASCII', 'ключ', 400],
    ['a NUL', 'a\u0000b', 400],
  ])('is not %s', async (_what, bundle, status) => {
    const { token } = await somebody();
    expect((await store(token, bundle)).status).toBe(status);
  });

  it('may be 8 KiB', async () => {
    const { token } = await somebody();
    const bundle = 'x'.repeat(8_192);
    await store(token, bundle);
    expect((await read(token)).body).toMatchObject({ bundle });
  });

  it('is nobody else’s, and sealed where it is stored', async () => {
    const [ada, ben] = [await somebody(), await somebody()];
    await store(ada.token, 'of Ada');
    expect((await read(ben.token)).status).toBe(404);
    const rows = await api.look('select bundle_sealed as sealed from key_bundle');
    expect(rows.filter(({ sealed }) => sealed.includes('of Ada'))).toEqual([]);
  });
});

/** What the reference client does at the moments that docs/encrypted-audio.md names. */
describe('a vault', () => {
  const chosen = 'another horse battery';
  const bundleOf = async (token: string) => {
    const reply = await read(token);
    return { bundle: JSON.parse(String(reply.body['bundle'])) as KeyBundle, tag: tagOf(reply) };
  };

  async function withVault() {
    const { email, token } = await somebody();
    const made = await createKeyBundle(password, fromBase64(newcomer(email).encryptionKeySalt), nativeArgon2id);
    await store(token, JSON.stringify(made.bundle));
    return { email, token, ...made };
  }

  /** Resets the password by mail and signs in with the new one. */
  async function reset(email: string): Promise<string> {
    await api.send('POST', '/auth/reset-password', { body: { email } });
    const token = tokenIn((await api.deliverMails()).findLast(({ to }) => to === email));
    await api.send('POST', '/auth/reset-password-confirm', { body: { token, password: chosen } });
    return (await api.signIn(email, { password: chosen })).body.accessToken;
  }

  it('opens on a new phone with the password alone', async () => {
    const { email, vault } = await withVault();
    const { accessToken } = (await api.signIn(email)).body;
    expect(await openWithPassword((await bundleOf(accessToken)).bundle, password, nativeArgon2id)).toEqual(vault);
  });

  it('stays the same through a change of password', async () => {
    const { email, token, vault } = await withVault();
    const body = { currentPassword: password, newPassword: chosen };
    const { accessToken } = (await api.send('POST', '/me/password', { token, body })).body;
    const { bundle, tag } = await bundleOf(accessToken);
    expect(await openWithPassword(bundle, password, nativeArgon2id)).toEqual(vault);
    const rewrapped = await changePassword(bundle, vault, chosen, nativeArgon2id);
    expect((await store(accessToken, JSON.stringify(rewrapped), { 'If-Match': tag })).status).toBe(200);

    const elsewhere = (await api.signIn(email, { password: chosen })).body.accessToken;
    const found = (await bundleOf(elsewhere)).bundle;
    expect(await openWithPassword(found, chosen, nativeArgon2id)).toEqual(vault);
    await expect(openWithPassword(found, password, nativeArgon2id)).rejects.toThrow(WrongSecret);
  });

  it('opens after a reset with the recovery code, and with nothing else', async () => {
    const { email, vault, recoveryCode } = await withVault();
    const { bundle } = await bundleOf(await reset(email));
    await expect(openWithPassword(bundle, chosen, nativeArgon2id)).rejects.toThrow(WrongSecret);
    await expect(openWithRecoveryCode(bundle, 'K7M2-9QXF-3HTR-0WZB-5NDC-8JVA', nativeArgon2id)).rejects.toThrow(
      WrongSecret,
    );
    expect(await openWithRecoveryCode(bundle, recoveryCode, nativeArgon2id)).toEqual(vault);
  });

  it('is another after a reset without the code', async () => {
    const { email, token, vault } = await withVault();
    const accessToken = await reset(email);
    const { tag } = await bundleOf(accessToken);
    const { bundle } = await createKeyBundle(chosen, fromBase64(newcomer(email).encryptionKeySalt), nativeArgon2id);
    await store(accessToken, JSON.stringify(bundle), { 'If-Match': tag });
    expect(await openWithPassword((await bundleOf(accessToken)).bundle, chosen, nativeArgon2id)).not.toEqual(vault);
    expect((await read(token)).status).toBe(401);
  });
});
