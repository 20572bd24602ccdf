import { randomBytes } from 'node:crypto';
import type { Transaction } from '../platform/database/database.ts';
import { newId, type UserId } from '../platform/ids.ts';
import type { Generations, RefreshTokenKeys } from './keys.ts';
import { firstRefreshToken, type RefreshOwner, refreshHash, successorOf } from './refresh-token.ts';

/** A session is one family of refresh tokens: each is used once and replaced by its successor. */
export type SessionTokens = {
  sessionId: string;
  refreshToken: string;
  refreshTokenExpiresAt: Temporal.Instant;
  /** Whether a second factor has proved the session. */
  secondFactor: boolean;
};

export const SESSION_LIFETIME = { hours: 14 * 24 };
/** How long a phone that lost the answer may ask again with the same token. */
const GRACE = { seconds: 10 };

/** Opens a session on a device and gives back its first refresh token. */
export async function openSession(
  tx: Transaction,
  userId: UserId,
  device: { deviceId: string; nameSealed: Buffer; platform: string },
  keys: Generations<RefreshTokenKeys>,
  now: Temporal.Instant,
): Promise<SessionTokens> {
  const sessionId = newId();
  const refreshToken = firstRefreshToken({ userId, sessionId }, randomBytes(32), keys[0]);
  const refreshTokenExpiresAt = now.add(SESSION_LIFETIME);
  await tx.query(OPEN, [
    sessionId,
    userId,
    device.deviceId,
    device.nameSealed,
    device.platform,
    refreshHash(refreshToken),
    refreshTokenExpiresAt.toString(),
    now.toString(),
  ]);
  return { sessionId, refreshToken, refreshTokenExpiresAt, secondFactor: false };
}

const OPEN = `
  insert into session (id, user_id, device_id, device_name_sealed, platform, refresh_hash, expires_at, created_at, last_used_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`;

/**
 * Replaces a refresh token by its successor. One UPDATE decides: of a hundred at once one rotates, and the others, like
 * a phone that asks again within 10 s, get that same successor.
 *
 * `null`: the session is over. `replayed`: the token was used before, which means that two parties hold the family's
 * tokens and ends it for both, so the transaction must still commit.
 */
export async function rotateSession(
  tx: Transaction,
  { sessionId }: RefreshOwner,
  presented: string,
  keys: Generations<RefreshTokenKeys>,
  now: Temporal.Instant,
): Promise<SessionTokens | 'replayed' | null> {
  const refreshToken = successorOf(presented, keys[0]);
  const refreshTokenExpiresAt = now.add(SESSION_LIFETIME);
  const [rotated] = await tx.query<{ secondFactor: boolean }>(ROTATE, [
    sessionId,
    refreshHash(presented),
    refreshHash(refreshToken),
    now.toString(),
    refreshTokenExpiresAt.toString(),
  ]);
  if (rotated) return { sessionId, refreshToken, refreshTokenExpiresAt, ...rotated };
  return rotatedBefore(tx, sessionId, presented, keys, now);
}

/** The session of a token that is not its newest: repeated within the grace it goes on, otherwise it ends. */
async function rotatedBefore(
  tx: Transaction,
  sessionId: string,
  presented: string,
  keys: Generations<RefreshTokenKeys>,
  now: Temporal.Instant,
): Promise<SessionTokens | 'replayed' | null> {
  const graceStart = now.subtract(GRACE);
  const values = [sessionId, refreshHash(presented), now.toString(), graceStart.toString()];
  const [session] = await tx.query<LiveSession>(FIND_LIVE, values);
  if (!session) return null;
  const { repeated, newest, expiresAt, secondFactor } = session;
  // Another process may have made the successor while secrets change, so the one that is stored is looked for.
  const successors = repeated ? keys.map((generation) => successorOf(presented, generation)) : [];
  const refreshToken = successors.find((successor) => newest.equals(refreshHash(successor)));
  // Of twenty replays at once one ends the session; for the others it is over.
  if (refreshToken === undefined) return (await endSession(tx, sessionId, now)) ? 'replayed' : null;
  return { sessionId, refreshToken, refreshTokenExpiresAt: Temporal.Instant.from(expiresAt), secondFactor };
}

type LiveSession = { repeated: boolean; newest: Buffer; expiresAt: string; secondFactor: boolean };

const ROTATE = `
  update session set refresh_hash = $3, previous_refresh_hash = $2, rotated_at = $4, last_used_at = $4, expires_at = $5
  where id = $1 and refresh_hash = $2 and revoked_at is null and expires_at > $4
  returning second_factor_at is not null as "secondFactor"`;

const FIND_LIVE = `
  select expires_at as "expiresAt", second_factor_at is not null as "secondFactor",
    refresh_hash as newest, coalesce(previous_refresh_hash = $2 and rotated_at > $4, false) as repeated
  from session where id = $1 and revoked_at is null and expires_at > $3`;

/** Signs a session out; its phone gets no more pushes. `false`: there is none, or it has ended. */
export async function endSession(tx: Transaction, sessionId: string, now: Temporal.Instant): Promise<boolean> {
  const ended = await tx.query(END_ONE, [sessionId, now.toString()]);
  return ended.length === 1;
}

/**
 * Signs out everywhere, and no phone gets pushes any more. Access tokens already given out die with the token version,
 * those of another issuer by the time they were issued at.
 */
export async function endAllSessions(tx: Transaction, userId: UserId, now: Temporal.Instant): Promise<void> {
  await Promise.all([
    tx.query(VOID_TOKENS, [userId, now.toString()]),
    tx.query(END_ALL, [userId, now.toString()]),
    tx.query('update device set push_token = null, push_kind = null where user_id = $1', [userId]),
  ]);
}

/** Access tokens given out die with the version, those of another issuer by the time they were issued at. */
export const VOID_TOKENS = 'update account set token_version = token_version + 1, signed_out_at = $2 where id = $1';
const END_ALL = 'update session set revoked_at = $2 where user_id = $1 and revoked_at is null';

const END_ONE = `
  with ended as (
    update session set revoked_at = $2 where id = $1 and revoked_at is null and expires_at > $2
    returning user_id, device_id
  ), silenced as (
    update device set push_token = null, push_kind = null
    from ended where device.user_id = ended.user_id and device.device_id = ended.device_id
  )
  select from ended`;
