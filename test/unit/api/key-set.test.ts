import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { issueAccessToken } from '../../../shared/accounts/index.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { apiDeps } from '../../support/api/deps.ts';
import { servedAlone } from '../../support/api/served-alone.ts';

const next = 'the next secret of 32 characters or more';
const api = servedAlone([], { ACCEPTED_SECRET_KEYS: next });
const get = async () => (await api.send('GET', '/.well-known/jwks.json')).body as unknown as JSONWebKeySet;

describe('the published keys', () => {
  it('are those of every accepted secret, and never private', async () => {
    const { keys } = await get();
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      expect(key).toEqual({
        kty: 'OKP',
        crv: 'Ed25519',
        x: expect.stringMatching(/^[\w-]{43}$/),
        kid: expect.stringMatching(/^[\w-]{16}$/),
        use: 'sig',
        alg: 'EdDSA',
      });
    }
  });

  it.each([
    ['this process', {}],
    ['one with the next secret', { SECRET_KEY: next }],
  ])('check an access token that %s signed', async (_which, settings) => {
    const { accountKeys, clock } = apiDeps(settings);
    const bearer = { userId: newId<UserId>(), sessionId: newId(), role: 'standard', secondFactor: false } as const;
    const { accessToken } = await issueAccessToken(
      { ...bearer, tokenVersion: 1 },
      newId(),
      accountKeys.accessToken,
      clock.now(),
    );
    const checked = await jwtVerify(accessToken, createLocalJWKSet(await get()), {
      currentDate: new Date(clock.now().epochMilliseconds),
    });
    expect(checked.payload.sub).toBe(bearer.userId);
  });

  it('may be kept for five minutes', async () => {
    const { headers } = await api.send('GET', '/.well-known/jwks.json');
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(headers.get('content-type')).toMatch('application/jwk-set+json');
    const again = { 'If-None-Match': headers.get('etag') ?? '' };
    expect((await api.send('GET', '/.well-known/jwks.json', { headers: again })).status).toBe(304);
  });

  it('can only be read', async () => {
    expect((await api.send('POST', '/.well-known/jwks.json')).status).toBe(405);
  });
});
