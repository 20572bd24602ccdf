import { randomBytes } from 'node:crypto';
import type { Transaction } from '../platform/database/database.ts';
import { ID_BYTES, idBytes, idText, newId, UserId } from '../platform/ids.ts';
import { secretHash } from '../platform/secret-hash.ts';
import { instantSql } from '../platform/time/instant.ts';
import type { OperatorRole } from './administration.ts';

/** How an operator stands who presents the token of a session. */
export type OperatorStanding = { sessionId: string; role: OperatorRole; expiresAt: string };

const LIFETIME = { hours: 8 };
/** Left alone for so long, a session is over. */
const IDLE = { minutes: 30 };
const SECRET_BYTES = 32;

/** Opens a session of an administrator and gives back its token: whose it is, and 256 secret bits. Only its hash is kept. */
export async function openOperatorSession(tx: Transaction, userId: UserId, now: Temporal.Instant): Promise<string> {
  const token = Buffer.concat([idBytes(userId), randomBytes(SECRET_BYTES)]);
  const text = token.toString('base64url');
  await Promise.all([
    tx.query('delete from operator_session where user_id = $1 and expires_at < $2', [userId, now.toString()]),
    tx.query(OPEN, [newId(), userId, secretHash(text), now.add(LIFETIME).toString(), now.toString()]),
  ]);
  return text;
}

const OPEN = `
  insert into operator_session (id, user_id, token_hash, token_version, expires_at, last_used_at, created_at)
  select $1, id, $3, token_version, $4, $5, $5 from account where id = $2`;

/** Whose session a token says it is; `null` for what cannot be one. Proves nothing: it only tells whose rows to look at. */
export function operatorOf(token: string): UserId | null {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== ID_BYTES + SECRET_BYTES || bytes.toString('base64url') !== token) return null;
  return UserId.safeParse(idText(bytes.subarray(0, ID_BYTES))).data ?? null;
}

/**
 * How the bearer stands now, in the transaction of the operator; `null` once the session has ended, was left alone for
 * half an hour, or the account is no administrator's any more.
 */
export async function operatorStanding(
  tx: Transaction,
  token: string,
  now: Temporal.Instant,
): Promise<OperatorStanding | null> {
  const values = [tx.userId, secretHash(token), now.toString(), now.subtract(IDLE).toString()];
  const [standing] = await tx.query<OperatorStanding>(STANDING, values);
  return standing ?? null;
}

const STANDING = `
  select session.id as "sessionId", account.operator_role as role, ${instantSql('session.expires_at')} as "expiresAt"
  from operator_session session join account on account.id = session.user_id
  where session.user_id = $1 and session.token_hash = $2 and session.revoked_at is null
    and session.expires_at > $3 and session.last_used_at > $4
    and account.role = 'administrator' and account.status = 'active' and account.token_version = session.token_version`;

/** The session is in use: its half hour begins anew. */
export async function markOperatorActive(tx: Transaction, sessionId: string, now: Temporal.Instant): Promise<void> {
  await tx.query('update operator_session set last_used_at = $2 where id = $1', [sessionId, now.toString()]);
}

/** Signs an operator out. */
export async function endOperatorSession(tx: Transaction, sessionId: string, now: Temporal.Instant): Promise<void> {
  await tx.query('update operator_session set revoked_at = $2 where id = $1', [sessionId, now.toString()]);
}

/** Removes up to `most` sessions, anybody's, that were over before `overBefore`. Gives back how many. For workers. */
export async function forgetOperatorSessions(
  tx: Transaction,
  overBefore: Temporal.Instant,
  most: number,
): Promise<number> {
  const [row] = await tx.query<{ forgotten: number }>(FORGET, [overBefore.toString(), most]);
  return row?.forgotten ?? 0;
}

const FORGET = 'select operator_session_forget($1, $2) as forgotten';
