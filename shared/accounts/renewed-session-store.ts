import { randomBytes } from 'node:crypto';
import type { Transaction } from '../platform/database/database.ts';
import { newId, type UserId } from '../platform/ids.ts';
import type { Generations, RefreshTokenKeys } from './keys.ts';
import { firstRefreshToken, refreshHash } from './refresh-token.ts';
import { SESSION_LIFETIME, type SessionTokens, VOID_TOKENS } from './session-store.ts';

/**
 * Ends every session of the user and opens a fresh one where they are: the same device, with its push token and with
 * what a second factor has proved. All other devices get no more pushes; access tokens given out die with the version.
 */
export async function renewOnlySession(
  tx: Transaction,
  { userId, sessionId: current }: { userId: UserId; sessionId: string },
  keys: Generations<RefreshTokenKeys>,
  now: Temporal.Instant,
): Promise<SessionTokens> {
  const sessionId = newId();
  const refreshToken = firstRefreshToken({ userId, sessionId }, randomBytes(32), keys[0]);
  const refreshTokenExpiresAt = now.add(SESSION_LIFETIME);
  const opening = [sessionId, current, refreshHash(refreshToken), refreshTokenExpiresAt.toString(), now.toString()];
  const [, opened] = await Promise.all([
    tx.query(VOID_TOKENS, [userId, now.toString()]),
    tx.query<{ secondFactor: boolean }>(OPEN_LIKE, opening),
    tx.query(END_OTHERS, [userId, sessionId, now.toString()]),
    tx.query(SILENCE_OTHERS, [userId, sessionId]),
  ]);
  const [session] = opened;
  if (!session) throw new Error('a session is renewed by who speaks in it');
  return { sessionId, refreshToken, refreshTokenExpiresAt, ...session };
}

const OPEN_LIKE = `
  insert into session (id, user_id, device_id, device_name_sealed, platform, refresh_hash, expires_at, created_at,
    last_used_at, second_factor_at)
  select $1, user_id, device_id, device_name_sealed, platform, $3, $4, $5, $5, second_factor_at
  from session where id = $2
  returning second_factor_at is not null as "secondFactor"`;

const END_OTHERS = 'update session set revoked_at = $3 where user_id = $1 and id <> $2 and revoked_at is null';

const SILENCE_OTHERS = `
  update device set push_token = null, push_kind = null
  where user_id = $1 and device_id <> (select device_id from session where id = $2)`;
