import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, exportJWK, SignJWT } from 'jose';
import { issueAccessToken, verifyAccessToken } from '../../../shared/accounts/access-token.ts';
import { deriveAccountKeys } from '../../../shared/accounts/keys.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';

const keys = deriveAccountKeys(
  'a server secret of at least thirty-two characters',
  [],
  'https://api.amira.test',
).accessToken;
const now = Temporal.Instant.from('2026-11-21T10:00:00Z');
const bearer = {
  userId: newId<UserId>(),
  sessionId: newId(),
  role: 'standard' as const,
  secondFactor: false,
  tokenVersion: 3,
};
const issue = () => issueAccessToken(bearer, newId(), keys, now);
const verify = (token: string, at = now) => verifyAccessToken(token, keys, at);
const seconds = Math.floor(now.epochMilliseconds / 1000);

/** A token of our own making in all but what `over` says. */
function forge(over: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key?: KeyObject) {
  const claims = {
    iss: keys.issuer,
    aud: keys.audience,
    sub: bearer.userId,
    sid: bearer.sessionId,
    role: 'standard',
    scope: 'own',
    tv: 3,
    jti: newId(),
    iat: seconds,
    nbf: seconds,
    exp: seconds + 900,
    ...over,
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: keys.signing.kid, ...header })
    .sign(key ?? keys.signing.privateKey);
}

const segment = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('an access token', () => {
  it('tells who, in which session, as what', async () => {
    const { accessToken, accessTokenExpiresAt } = await issue();
    const { secondFactor: _, ...claims } = bearer;
    expect(await verify(accessToken)).toEqual({ ...claims, scopes: ['own'], expiresAt: accessTokenExpiresAt });
    expect(accessTokenExpiresAt.toString()).toBe('2026-11-21T10:15:00Z');
  });

  it('carries ids and no personal data', async () => {
    const { accessToken } = await issue();
    expect(decodeProtectedHeader(accessToken)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: keys.signing.kid });
    expect(Object.keys(decodeJwt(accessToken)).sort()).toEqual(
      ['aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'role', 'scope', 'sid', 'sub', 'tv'].sort(),
    );
  });

  it('is good for 15 minutes and half a minute of leeway', async () => {
    const { accessToken } = await issue();
    expect(await verify(accessToken, now.add({ minutes: 15, seconds: 29 }))).toBeDefined();
    await expect(verify(accessToken, now.add({ minutes: 15, seconds: 31 }))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect(await verify(accessToken, now.subtract({ seconds: 29 }))).toBeDefined();
    await expect(verify(accessToken, now.subtract({ seconds: 31 }))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is good for any process with the same secret, and for no other', async () => {
    const { accessToken } = await issue();
    const derive = (secret: string) => deriveAccountKeys(secret, [], keys.issuer).accessToken;
    const twin = derive('a server secret of at least thirty-two characters');
    expect(await verifyAccessToken(accessToken, twin, now)).toBeDefined();
    const stranger = derive('another secret of at least thirty-two characters');
    await expect(verifyAccessToken(accessToken, stranger, now)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('stays good after the signing key has changed, as long as the old one is listed', async () => {
    const { accessToken } = await issue();
    const next = deriveAccountKeys('the next secret of at least thirty-two characters', [], keys.issuer).accessToken;
    const both = { ...next, verifying: new Map([...next.verifying, ...keys.verifying]) };
    expect(await verifyAccessToken(accessToken, both, now)).toBeDefined();
  });
});

describe('a forged access token is refused with 401', () => {
  const stranger = generateKeyPairSync('ed25519');
  const publicKey = () => {
    const key = keys.verifying.get(keys.signing.kid);
    if (!key) throw new Error('the signing key is on its own list');
    return key;
  };

  const forgeries: Record<string, () => Promise<string>> = {
    'alg none': async () => {
      const [, payload] = (await forge()).split('.');
      return `${segment({ alg: 'none', typ: 'at+jwt', kid: keys.signing.kid })}.${payload}.`;
    },
    'HS256 signed with the public key': async () => {
      const [, payload] = (await forge()).split('.');
      const input = `${segment({ alg: 'HS256', typ: 'at+jwt', kid: keys.signing.kid })}.${payload}`;
      const pem = publicKey().export({ format: 'pem', type: 'spki' });
      return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
    },
    expired: () => forge({ exp: seconds - 31 }),
    'nbf ahead': () => forge({ nbf: seconds + 31 }),
    'wrong audience': () => forge({ aud: 'another-api' }),
    'wrong issuer': () => forge({ iss: 'https://evil.test' }),
    'wrong type': () => forge({}, { typ: 'JWT' }),
    'no type': () => forge({}, { typ: undefined }),
    'no expiry': () => forge({ exp: undefined }),
    'no session': () => forge({ sid: undefined }),
    'unknown role': () => forge({ role: 'root' }),
    'subject that is no id': () => forge({ sub: "' or 1=1" }),
    'no kid': () => forge({}, { kid: undefined }),
    'kid as a path': () => forge({}, { kid: '../../../../dev/null' }),
    'kid as SQL': () => forge({}, { kid: "x' union select 'secret" }),
    "a stranger's key under our kid": () => forge({}, {}, stranger.privateKey),
    'embedded jwk': async () => forge({}, { jwk: await exportJWK(stranger.publicKey) }, stranger.privateKey),
    jku: () => forge({}, { jku: 'https://evil.test/jwks.json', kid: 'evil' }, stranger.privateKey),
    'edited role': async () => {
      const [header, payload = '', signature] = (await forge()).split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
      return `${header}.${segment({ ...claims, role: 'administrator' })}.${signature}`;
    },
    'over 4 KB': () => forge({ scope: 'x'.repeat(8192) }),
    'a refresh token': async () => Buffer.alloc(80, 7).toString('base64url'),
    empty: async () => '',
    'not a token': async () => 'a.b.c',
  };

  it.each(Object.keys(forgeries))('%s', async (name) => {
    const token = await forgeries[name]?.();
    await expect(verify(token ?? '')).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('while the same token unaltered is accepted', async () => {
    expect(await verify(await forge())).toBeDefined();
  });
});
