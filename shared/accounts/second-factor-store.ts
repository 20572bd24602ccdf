import { randomBytes } from 'node:crypto';
import type { Transaction } from '../platform/database/database.ts';
import type { UserId } from '../platform/ids.ts';
import type { UserCipher } from '../privacy/index.ts';
import {
  enrolmentUri,
  matchingStep,
  RECOVERY_RANDOM_BYTES,
  recoveryCodes,
  recoveryHash,
  SECRET_BYTES,
  secretText,
} from './second-factor.ts';

/** All of it is shown once. */
export type Enrolment = { secret: string; uri: string; recoveryCodes: string[] };

const COLUMN = 'second_factor.secret';

/** Begins an enrolment. Until a code of it has been given, an earlier factor goes on counting. */
export async function beginEnrolment(
  tx: Transaction,
  { userId, email }: { userId: UserId; email: string | null | undefined },
  cipher: UserCipher,
  now: Temporal.Instant,
): Promise<Enrolment> {
  const secret = secretText(randomBytes(SECRET_BYTES));
  const codes = recoveryCodes(randomBytes(RECOVERY_RANDOM_BYTES));
  await tx.query(BEGIN, [userId, cipher.seal(COLUMN, secret), codes.map(recoveryHash), now.toString()]);
  return { secret, uri: enrolmentUri(secret, email ?? userId), recoveryCodes: codes };
}

const BEGIN = `
  insert into second_factor (user_id, pending_secret_sealed, pending_recovery_hashes, created_at) values ($1, $2, $3, $4)
  on conflict (user_id) do update set
    pending_secret_sealed = excluded.pending_secret_sealed, pending_recovery_hashes = excluded.pending_recovery_hashes`;

/** Whether a second factor counts for the account. */
export async function hasSecondFactor(tx: Transaction, userId: UserId): Promise<boolean> {
  const [row] = await tx.query('select from second_factor where user_id = $1 and confirmed_at is not null', [userId]);
  return row !== undefined;
}

/**
 * Uses a code or a recovery code up. `confirmed`: it was the first one of a new enrolment, which counts from now on.
 * `null`: it is wrong, or was used before. Of a hundred at once one UPDATE lets one through.
 */
export async function useSecondFactor(
  tx: Transaction,
  userId: UserId,
  code: string,
  cipher: UserCipher,
  now: Temporal.Instant,
): Promise<'proved' | 'confirmed' | null> {
  const [factor] = await tx.query<{ secret: Buffer | null; pending: Buffer | null }>(FIND, [userId]);
  if (!factor) return null;
  const step = factor.secret && matchingStep(cipher.open(COLUMN, factor.secret), code, now);
  if (step !== null) return (await changed(tx, USE_STEP, [userId, factor.secret, step])) ? 'proved' : null;
  if (await changed(tx, USE_RECOVERY_CODE, [userId, recoveryHash(code)])) return 'proved';
  const first = factor.pending && matchingStep(cipher.open(COLUMN, factor.pending), code, now);
  if (first === null || !(await changed(tx, CONFIRM, [userId, factor.pending, first, now.toString()]))) return null;
  // What the factor before it has proved, this one has not.
  await changed(tx, FORGET_PROOFS, [userId, now.toString()]);
  return 'confirmed';
}

const FIND = `
  select secret_sealed as secret, pending_secret_sealed as pending from second_factor where user_id = $1`;

const USE_STEP = `
  update second_factor set last_step = $3 where user_id = $1 and secret_sealed = $2 and last_step < $3 returning 1`;

const USE_RECOVERY_CODE = `
  update second_factor set recovery_hashes = array_remove(recovery_hashes, $2)
  where user_id = $1 and $2 = any(recovery_hashes) and confirmed_at is not null returning 1`;

const CONFIRM = `
  update second_factor set
    secret_sealed = pending_secret_sealed, recovery_hashes = pending_recovery_hashes, last_step = $3, confirmed_at = $4,
    pending_secret_sealed = null, pending_recovery_hashes = '{}'
  where user_id = $1 and pending_secret_sealed = $2 returning 1`;

const FORGET_PROOFS = `
  with phones as (update session set second_factor_at = null where user_id = $1)
  update operator_session set revoked_at = $2 where user_id = $1 and revoked_at is null`;

/** The session has been proved; refreshing it keeps that. */
export async function markProved(tx: Transaction, sessionId: string, now: Temporal.Instant): Promise<void> {
  await tx.query('update session set second_factor_at = $2 where id = $1', [sessionId, now.toString()]);
}

const changed = async (tx: Transaction, sql: string, values: readonly unknown[]): Promise<boolean> =>
  (await tx.query(sql, values)).length > 0;
