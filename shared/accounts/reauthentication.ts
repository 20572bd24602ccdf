import { jwtVerify, SignJWT } from 'jose';
import { type AccessClaims, ALGORITHM, instantOf, keyFrom, MAX_LENGTH, seconds } from './access-token.ts';
import type { AccessTokenKeys } from './keys.ts';

/** Who proved it, in which session and under which version of their tokens. */
type Bearer = Pick<AccessClaims, 'userId' | 'sessionId' | 'tokenVersion'>;

export type ReauthenticationProof = { proof: string; expiresAt: Temporal.Instant };

const LIFETIME = { minutes: 5 };
/** Neither an access token nor a proof passes for the other (RFC 8725, 3.11). */
const TYPE = 'reauth+jwt';

/**
 * What a session gets whose user has just given their password, for 5 minutes. Whatever ends the session or raises the
 * token version, as a change of password does, ends it too.
 */
export async function issueReauthenticationProof(
  { userId, sessionId, tokenVersion }: Bearer,
  keys: AccessTokenKeys,
  now: Temporal.Instant,
): Promise<ReauthenticationProof> {
  const issuedAt = seconds(now);
  const expiresAt = seconds(now.add(LIFETIME));
  const proof = await new SignJWT({ sid: sessionId, tv: tokenVersion })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: keys.signing.kid })
    .setIssuer(keys.issuer)
    .setAudience(keys.audience)
    .setSubject(userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(keys.signing.privateKey);
  return { proof, expiresAt: instantOf(expiresAt) };
}

/** Whether `proof` is one of ours, still good, and of this very session. Forged, foreign and old ones are all just `false`. */
export async function provesReauthentication(
  proof: string | undefined,
  { userId, sessionId, tokenVersion }: Bearer,
  keys: AccessTokenKeys,
  now: Temporal.Instant,
): Promise<boolean> {
  if (proof === undefined || proof.length > MAX_LENGTH) return false;
  const options = {
    algorithms: [ALGORITHM],
    typ: TYPE,
    issuer: keys.issuer,
    audience: keys.audience,
    subject: userId,
    currentDate: new Date(now.epochMilliseconds),
    requiredClaims: ['exp', 'sub'],
  };
  const verified = await jwtVerify(proof, keyFrom(keys), options).catch(() => null);
  return verified?.payload['sid'] === sessionId && verified.payload['tv'] === tokenVersion;
}
