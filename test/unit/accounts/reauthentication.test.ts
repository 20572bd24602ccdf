import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeJwt, SignJWT } from 'jose';
import { issueAccessToken, verifyAccessToken } from '../../../shared/accounts/access-token.ts';
import { deriveAccountKeys } from '../../../shared/accounts/keys.ts';
import { issueReauthenticationProof, provesReauthentication } from '../../../shared/accounts/reauthentication.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';

const { accessToken: keys } = deriveAccountKeys(
  'a secret of at least thirty-two characters',
  [],
  'https://api.amira.test',
);
const { accessToken: otherKeys } = deriveAccountKeys(
  'another secret of thirty-two characters',
  [],
  'https://api.amira.test',
);
const now = Temporal.Instant.from('2026-11-21T10:00:00Z');
const bearer = { userId: newId<UserId>(), sessionId: newId(), tokenVersion: 3 };
const { proof, expiresAt } = await issueReauthenticationProof(bearer, keys, now);
const decoded = (token: string) =>
  token
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('hex'))
    .join('.');
const proves = (sent: string | undefined, who = bearer, at = now) => provesReauthentication(sent, who, keys, at);

describe('a proof of who somebody is', () => {
  it('counts for five minutes, to the second', async () => {
    expect(expiresAt).toEqual(now.add({ minutes: 5 }));
    expect(await proves(proof)).toBe(true);
    expect(await proves(proof, bearer, now.add({ seconds: 299 }))).toBe(true);
    expect(await proves(proof, bearer, now.add({ seconds: 300 }))).toBe(false);
  });

  it.each([
    ['another user', { ...bearer, userId: newId<UserId>() }],
    ['another session', { ...bearer, sessionId: newId() }],
    ['a later version of the tokens', { ...bearer, tokenVersion: 4 }],
  ])('does not count for %s', async (_whose, who) => {
    expect(await proves(proof, who)).toBe(false);
  });

  it('is no access token, nor the other way round', async () => {
    await expect(verifyAccessToken(proof, keys, now)).rejects.toMatchObject({ code: 'unauthenticated' });
    const claims = { ...bearer, role: 'standard', secondFactor: false } as const;
    const { accessToken } = await issueAccessToken(claims, newId(), keys, now);
    expect(await proves(accessToken)).toBe(false);
  });

  it('is not made with other keys, without one, or for somebody else to check', async () => {
    expect(await proves((await issueReauthenticationProof(bearer, otherKeys, now)).proof)).toBe(false);
    const elsewhere = { ...keys, audience: 'another-api' };
    expect(await proves((await issueReauthenticationProof(bearer, elsewhere, now)).proof)).toBe(false);
    const [, payload] = proof.split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'reauth+jwt' })).toString('base64url');
    expect(await proves(`${header}.${payload}.`)).toBe(false);
    const secret = new TextEncoder().encode('the public key, taken for a secret');
    const symmetric = new SignJWT(decodeJwt(proof)).setProtectedHeader({
      alg: 'HS256',
      typ: 'reauth+jwt',
      kid: keys.signing.kid,
    });
    expect(await proves(await symmetric.sign(secret))).toBe(false);
  });

  it.each([undefined, '', 'x', 'a.b.c', 'A'.repeat(8192)])('is not just anything (%#)', async (sent) => {
    expect(await proves(sent)).toBe(false);
  });

  it('does not survive the change of a character', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(proof.length - 1), fc.constantFrom('A', 'z', '0', '_', '.'), async (at, character) => {
        const edited = `${proof.slice(0, at)}${character}${proof.slice(at + 1)}`;
        // The last character of each part may carry bits that nobody reads.
        fc.pre(decoded(edited) !== decoded(proof));
        expect(await proves(edited)).toBe(false);
      }),
    );
  });
});
