import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Clock } from '../../../shared/platform/clock.ts';

type SigningKey = { kid: string; alg: Algorithm; privateKey: CryptoKey; publicJwk: JWK };
type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';
type Over = { claims?: Record<string, unknown>; header?: Record<string, unknown>; alg?: Algorithm };

/** An OpenID provider in small: it signs tokens and publishes its keys over HTTP, can change them, and can be down. */
export async function startOidcIssuer(clock: Clock) {
  const fetched: string[] = [];
  let isDown = false;
  const server = createServer((request, response) => {
    fetched.push(request.url ?? '');
    response.statusCode = isDown ? 500 : request.url === '/jwks.json' ? 200 : 404;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ keys: [...keys.values()].map(({ publicJwk }) => publicJwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${url}/pool`;
  const keys = new Map<Algorithm, SigningKey>();
  let generation = 0;

  /** New keys of every kind; the ones before are published no longer. */
  const rotate = async () => {
    generation += 1;
    for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA'] as const) {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const kid = `${alg}-${generation}`;
      keys.set(alg, { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } });
    }
  };
  await rotate();

  const seconds = () => Math.floor(clock.now().epochMilliseconds / 1000);
  const signed = (claims: Record<string, unknown>, { header = {}, alg = 'RS256' }: Over, typ: object) => {
    const key = keys.get(alg) as SigningKey;
    return new SignJWT(claims).setProtectedHeader({ alg, kid: key.kid, ...typ, ...header }).sign(key.privateKey);
  };
  const times = () => ({ iss: issuer, iat: seconds(), exp: seconds() + 3600 });

  return {
    issuer,
    jwksUrl: `${url}/jwks.json`,
    /** The paths that were asked for. */
    fetched,
    rotate,
    setDown(down: boolean) {
      isDown = down;
    },
    publicJwk: (alg: Algorithm = 'RS256') => (keys.get(alg) as SigningKey).publicJwk,
    /** As RFC 9068 has it. */
    accessToken: (sub: string, over: Over = {}) =>
      signed({ ...times(), aud: 'amira', sub, jti: 'x', ...over.claims }, over, { typ: 'at+jwt' }),
    /** As Amazon Cognito makes them: no type, no audience. */
    cognitoToken: (sub: string, over: Over = {}) =>
      signed({ ...times(), sub, client_id: 'amira', token_use: 'access', username: sub, ...over.claims }, over, {}),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
export type OidcIssuer = Awaited<ReturnType<typeof startOidcIssuer>>;
