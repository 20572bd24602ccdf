import { errors, type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { type AppError, permanent } from '../platform/errors.ts';
import { UserId } from '../platform/ids.ts';
import type { AccessTokenKeys } from './keys.ts';
import { Role, Scope, scopesOf } from './role.ts';

/** What an access token says. It carries no personal data. */
export type AccessClaims = {
  userId: UserId;
  sessionId: string;
  role: Role;
  /** What the token may be used for; never more than the role gives. Words of an external issuer that are not ours are left out. */
  scopes: readonly Scope[];
  /** Must still be the account's: signing out everywhere, a new role and deletion raise it. */
  tokenVersion: number;
  expiresAt: Temporal.Instant;
};

/** Whom a token is issued to; `secondFactor`: whether their session was proved by one. */
export type Bearer = Omit<AccessClaims, 'scopes' | 'expiresAt'> & { secondFactor: boolean };

export type IssuedAccessToken = { accessToken: string; accessTokenExpiresAt: Temporal.Instant };

const LIFETIME = { minutes: 15 };
/** How far the clocks of issuer and checker may be apart. */
export const LEEWAY_SECONDS = 30;
/** Characters. */
export const MAX_LENGTH = 4096;
const TYPE = 'at+jwt';
export const ALGORITHM = 'EdDSA';

/** A signed access token (RFC 9068) for one session, valid for 15 minutes from `now`. */
export async function issueAccessToken(
  { userId, sessionId, role, secondFactor, tokenVersion }: Bearer,
  tokenId: string,
  keys: AccessTokenKeys,
  now: Temporal.Instant,
): Promise<IssuedAccessToken> {
  const issuedAt = seconds(now);
  const expiresAt = seconds(now.add(LIFETIME));
  const accessToken = await new SignJWT({
    sid: sessionId,
    role,
    scope: scopesOf(role, secondFactor).join(' '),
    tv: tokenVersion,
  })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: keys.signing.kid })
    .setIssuer(keys.issuer)
    .setAudience(keys.audience)
    .setSubject(userId)
    .setJti(tokenId)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(keys.signing.privateKey);
  return { accessToken, accessTokenExpiresAt: Temporal.Instant.fromEpochMilliseconds(expiresAt * 1000) };
}

/**
 * Checks signature, type, times (30 s of leeway), issuer and audience. The key comes from our own list: whatever the
 * token says about keys (`jwk`, `jku`, a path as `kid`) is never followed. Throws 401 `unauthenticated`.
 */
export async function verifyAccessToken(
  token: string,
  keys: AccessTokenKeys,
  now: Temporal.Instant,
): Promise<AccessClaims> {
  if (token.length > MAX_LENGTH) throw unauthenticated('The access token is too long.');
  try {
    const { payload } = await jwtVerify(token, keyFrom(keys), {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: keys.issuer,
      audience: keys.audience,
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(now.epochMilliseconds),
      requiredClaims: ['exp', 'nbf', 'jti', 'sub'],
    });
    const { sub, sid, role, scope, tv, exp } = Claims.parse(payload);
    return { userId: sub, sessionId: sid, role, scopes: scope, tokenVersion: tv, expiresAt: instantOf(exp) };
  } catch (error) {
    const expired = error instanceof errors.JWTExpired;
    throw unauthenticated(expired ? 'The access token has expired.' : 'The access token is not valid.', error);
  }
}

const Scopes = z
  .string()
  .transform((words) => words.split(' ').filter((word): word is Scope => Scope.safeParse(word).success));
const Claims = z.object({ sub: UserId, sid: z.uuid(), role: Role, scope: Scopes, tv: z.int(), exp: z.number() });

/** Of a time as tokens write it. */
export const instantOf = (seconds: number): Temporal.Instant =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(seconds * 1000));

export const keyFrom =
  (keys: AccessTokenKeys) =>
  ({ kid }: JWTHeaderParameters) => {
    const key = kid === undefined ? undefined : keys.verifying.get(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  };

/** `WWW-Authenticate` tells a phone that refreshing, not signing in again, is what to try (RFC 6750). */
export const unauthenticated = (message: string, cause?: unknown): AppError =>
  permanent('unauthenticated', message, {
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    cause,
  });

/** As tokens write a time. */
export const seconds = (instant: Temporal.Instant): number => Math.floor(instant.epochMilliseconds / 1000);
