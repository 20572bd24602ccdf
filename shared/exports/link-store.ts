import { randomBytes } from 'node:crypto';
import type { Transaction } from '../platform/database/database.ts';
import { type ExportId, ID_BYTES, idBytes, idText, UserId } from '../platform/ids.ts';
import { secretHash } from '../platform/secret-hash.ts';

const LIFETIME = { minutes: 5 };

/** A token that fetches the export once, within five minutes. A new one ends the one before. */
export async function createLink(
  tx: Transaction,
  userId: UserId,
  exportId: ExportId,
  now: Temporal.Instant,
): Promise<{ token: string; expiresAt: Temporal.Instant }> {
  // Whose it is stands in it, so that it is looked for among their rows alone.
  const secret = Buffer.concat([idBytes(userId), randomBytes(32)]);
  const token = secret.toString('base64url');
  const expiresAt = now.add(LIFETIME);
  await tx.query('delete from export_link where export_id = $1', [exportId]);
  await tx.query(CREATE, [secretHash(token), userId, exportId, expiresAt.toString(), now.toString()]);
  return { token, expiresAt };
}

const CREATE = `
  insert into export_link (token_hash, user_id, export_id, expires_at, created_at) values ($1, $2, $3, $4, $5)`;

/** Whose rows a token is to be looked for in; proves nothing. */
export function linkOwner(token: string): UserId | null {
  return UserId.safeParse(idText(Buffer.from(token, 'base64url').subarray(0, ID_BYTES))).data ?? null;
}

/** Uses the token up. `false`: it is unknown, over, used before, or of another export. */
export async function redeemLink(
  tx: Transaction,
  id: ExportId,
  token: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const rows = await tx.query(REDEEM, [secretHash(token), id, now.toString()]);
  return rows.length === 1;
}

const REDEEM = `
  delete from export_link where token_hash = $1 and export_id = $2 and expires_at > $3 returning export_id`;

/** Whether it would be accepted, without using it. */
export async function isLinkLive(
  tx: Transaction,
  id: ExportId,
  token: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const rows = await tx.query('select from export_link where token_hash = $1 and export_id = $2 and expires_at > $3', [
    secretHash(token),
    id,
    now.toString(),
  ]);
  return rows.length === 1;
}
