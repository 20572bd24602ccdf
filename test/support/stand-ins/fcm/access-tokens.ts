import { createPublicKey, randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../../../shared/platform/clock.ts';
import type { JsonAnswer } from '../json-http.ts';
import type { ServiceAccount } from './service-account.ts';

export type AccessTokens = {
  /** The JWT grant of Google's token endpoint (RFC 7523); refused grants answer 400 as Google does. */
  grant(form: URLSearchParams): Promise<JsonAnswer>;
  /** Whether an `Authorization` header carries a token of ours that has not expired. */
  accepts(authorization: string | undefined): boolean;
};

const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const audience = 'https://oauth2.googleapis.com/token';
const messagingScopes = [
  'https://www.googleapis.com/auth/firebase.messaging',
  'https://www.googleapis.com/auth/cloud-platform',
];
const Assertion = z.object({ iat: z.int(), exp: z.int(), scope: z.string() });

export function accessTokens(account: ServiceAccount, clock: Clock, lifetimeSeconds = 3600): AccessTokens {
  const publicKey = createPublicKey(account.private_key);
  const expiries = new Map<string, number>();
  const now = () => clock.now().epochMilliseconds;

  const refusalOf = async (assertion: string): Promise<string | undefined> => {
    const verified = await jwtVerify(assertion, publicKey, {
      algorithms: ['RS256'],
      issuer: account.client_email,
      audience,
      currentDate: new Date(now()),
    }).catch((error: unknown) => `Invalid JWT: ${error}`);
    if (typeof verified === 'string') return verified;
    const claims = Assertion.safeParse(verified.payload);
    if (!claims.success) return 'Invalid JWT: iat, exp and scope are required.';
    if (claims.data.exp - claims.data.iat > 3600) return 'Invalid JWT: must be a short-lived token (60 minutes).';
    if (claims.data.iat * 1000 > now() + 300_000) return 'Invalid JWT: iat lies in the future.';
    if (!claims.data.scope.split(' ').some((scope) => messagingScopes.includes(scope))) return 'Invalid scope.';
    return undefined;
  };

  return {
    grant: async (form) => {
      if (form.get('grant_type') !== grantType) return refused('unsupported_grant_type', 'Only the JWT grant.');
      const refusal = await refusalOf(form.get('assertion') ?? '');
      if (refusal) return refused('invalid_grant', refusal);
      for (const [token, expiry] of expiries) if (expiry <= now()) expiries.delete(token);
      const token = `ya29.${randomBytes(32).toString('base64url')}`;
      expiries.set(token, now() + lifetimeSeconds * 1000);
      return { status: 200, body: { access_token: token, expires_in: lifetimeSeconds, token_type: 'Bearer' } };
    },
    accepts: (authorization) => {
      const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
      return token !== undefined && (expiries.get(token) ?? 0) > now();
    },
  };
}

const refused = (error: string, description: string): JsonAnswer => ({
  status: 400,
  body: { error, error_description: description },
});
