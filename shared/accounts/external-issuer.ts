import { decodeJwt, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { isAppError } from '../platform/errors.ts';
import { instantOf, LEEWAY_SECONDS, MAX_LENGTH, unauthenticated } from './access-token.ts';

/** Another issuer (Amazon Cognito, any OpenID provider) whose access tokens count as well as ours. */
export type ExternalIssuer = {
  /** Whether a token says it is this issuer's. That decides who checks it, and proves nothing. */
  issued(token: string): boolean;
  /** Throws 401 `unauthenticated`, or 503 `unavailable` while the issuer's keys cannot be had. */
  verify(token: string, now: Temporal.Instant): Promise<ExternalClaims>;
};

/** All that is taken from a foreign token. What its bearer may do is ours to say. */
export type ExternalClaims = {
  issuer: string;
  subject: string;
  issuedAt: Temporal.Instant;
  expiresAt: Temporal.Instant;
};

export type ExternalIssuerOptions = {
  issuer: string;
  /** Who the tokens must be for: audiences, or the ids of Cognito's app clients. */
  audiences: readonly string[];
  keyOf: JWTVerifyGetKey;
};

/** Asymmetric alone: with an HMAC the published key would be the secret. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

export function createExternalIssuer({ issuer, audiences, keyOf }: ExternalIssuerOptions): ExternalIssuer {
  return {
    issued: (token) => token.length <= MAX_LENGTH && claimedIssuer(token) === issuer,

    async verify(token, now) {
      if (token.length > MAX_LENGTH) throw unauthenticated('The access token is too long.');
      try {
        const { payload, protectedHeader } = await jwtVerify(token, keyOf, {
          algorithms: ALGORITHMS,
          issuer,
          clockTolerance: LEEWAY_SECONDS,
          currentDate: new Date(now.epochMilliseconds),
          requiredClaims: ['exp', 'iat', 'sub'],
        });
        if (!isAccessToken(protectedHeader.typ, payload)) throw new TypeError('not an access token');
        if (!isFor(audiences, payload)) throw new TypeError('for somebody else');
        const { sub: subject, iat, exp } = Claims.parse(payload);
        // One from the future would outlive every signing out.
        if (iat > now.epochMilliseconds / 1000 + LEEWAY_SECONDS) throw new TypeError('issued in the future');
        return { issuer, subject, issuedAt: instantOf(iat), expiresAt: instantOf(exp) };
      } catch (error) {
        if (isAppError(error)) throw error;
        throw unauthenticated('The access token is not valid.', error);
      }
    },
  };
}

/** OpenID's own bound for `sub`. */
const Claims = z.object({ sub: z.string().regex(/^[\x20-\x7e]{1,255}$/), iat: z.number(), exp: z.number() });

function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/**
 * Access tokens are typed `at+jwt` (RFC 9068) or, Amazon Cognito's, say `token_use: access`. Anything else may be an ID
 * token, which tells an app who signed in and was never meant for an API.
 */
export function isAccessToken(typ: string | undefined, claims: JWTPayload): boolean {
  const type = typ?.toLowerCase().replace(/^application\//, '') ?? 'jwt';
  const { token_use: use } = claims;
  if ('nonce' in claims || 'at_hash' in claims || 'c_hash' in claims) return false;
  if (type === 'at+jwt') return use === undefined || use === 'access';
  return type === 'jwt' && use === 'access';
}

/** By `aud`; Cognito's access tokens have none, but name the app client they were issued to. */
export function isFor(audiences: readonly string[], { aud, client_id: client, token_use: use }: JWTPayload): boolean {
  if (aud !== undefined) return [aud].flat().some((audience) => audiences.includes(audience));
  return use === 'access' && typeof client === 'string' && audiences.includes(client);
}
