import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import {
  createExternalIssuer,
  type ExternalIssuer,
  isAccessToken,
  isFor,
} from '../../../shared/accounts/external-issuer.ts';

describe('what is an access token', () => {
  it.each<[string | undefined, Record<string, unknown>]>([
    ['at+jwt', {}],
    ['application/at+jwt', {}],
    ['AT+JWT', { token_use: 'access' }],
    [undefined, { token_use: 'access' }],
    ['JWT', { token_use: 'access' }],
  ])('is one of type %s with %j', (typ, claims) => expect(isAccessToken(typ, claims)).toBe(true));

  it.each<[string | undefined, Record<string, unknown>]>([
    [undefined, {}],
    ['JWT', {}],
    ['JWT', { token_use: 'id' }],
    ['at+jwt', { token_use: 'id' }],
    ['at+jwt', { nonce: 'n' }],
    ['JWT', { token_use: 'access', at_hash: 'h' }],
    ['JWT', { token_use: 'access', c_hash: 'h' }],
    ['logout+jwt', { token_use: 'access' }],
    ['reauth+jwt', {}],
  ])('is none of type %s with %j', (typ, claims) => expect(isAccessToken(typ, claims)).toBe(false));
});

describe('whom a token is for', () => {
  const audiences = ['app-ios', 'app-android'];
  it.each<[Record<string, unknown>, boolean]>([
    [{ aud: 'app-ios' }, true],
    [{ aud: ['else', 'app-android'] }, true],
    [{ aud: 'else' }, false],
    [{ aud: [] }, false],
    [{ aud: 'else', client_id: 'app-ios', token_use: 'access' }, false],
    [{ client_id: 'app-ios', token_use: 'access' }, true],
    [{ client_id: 'else', token_use: 'access' }, false],
    [{ client_id: 'app-ios' }, false],
    [{ client_id: ['app-ios'], token_use: 'access' }, false],
    [{}, false],
  ])('%j: %s', (claims, expected) => expect(isFor(audiences, claims)).toBe(expected));
});

describe('a token of the external issuer', () => {
  const now = Temporal.Instant.from('2026-11-21T10:00:00Z');
  const seconds = now.epochMilliseconds / 1000;
  let external: ExternalIssuer;
  let sign: (over?: Record<string, unknown>) => Promise<string>;
  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }];
    external = createExternalIssuer({
      issuer: 'https://id.test',
      audiences: ['amira'],
      keyOf: createLocalJWKSet({ keys }),
    });
    sign = (over) =>
      new SignJWT({ iss: 'https://id.test', aud: 'amira', sub: 's', iat: seconds, exp: seconds + 60, ...over })
        .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'at+jwt' })
        .sign(privateKey);
  });

  it('gives its subject, when it was issued and when it ends, and nothing else', async () => {
    const token = await sign({ role: 'administrator', scope: 'system', email: 'a@b.example' });
    expect(external.issued(token)).toBe(true);
    expect(await external.verify(token, now)).toEqual({
      issuer: 'https://id.test',
      subject: 's',
      issuedAt: now,
      expiresAt: now.add({ seconds: 60 }),
    });
  });

  it('is told from ours by the issuer it names', async () => {
    expect(external.issued(await sign({ iss: 'https://api.amira.test' }))).toBe(false);
    for (const token of ['', 'x', 'a.b.c', `${'A'.repeat(5_000)}.e30.x`]) expect(external.issued(token)).toBe(false);
  });

  it.each<[string, Record<string, unknown>]>([
    ['without an end', { exp: undefined }],
    ['without a beginning', { iat: undefined }],
    ['issued in the future, which would outlive signing out', { iat: seconds + 31 }],
    ['not valid yet', { nbf: seconds + 31 }],
    ['without a subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['with a subject of control characters', { sub: 'a\u0000b' }],
    ['with a subject of 256 characters', { sub: 'x'.repeat(256) }],
    ['that is long', { padding: 'x'.repeat(4096) }],
  ])('%s is refused', async (_what, over) => {
    await expect(external.verify(await sign(over), now)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
