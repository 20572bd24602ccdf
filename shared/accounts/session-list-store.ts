import type { Transaction } from '../platform/database/database.ts';

/** A session that can still be gone on with, as its owner sees it: no address, no place. */
export type OpenSession = {
  id: string;
  deviceNameSealed: Buffer;
  platform: string;
  createdAt: Temporal.Instant;
  /**
   * When it was opened or last refreshed. That is never more than the life of an access token before its last request,
   * so no request has to write.
   */
  lastUsedAt: Temporal.Instant;
  secondFactor: boolean;
};

/** The user's open sessions, the newest first, from just behind the session `after` on. */
export async function listSessions(
  tx: Transaction,
  { limit, after }: { limit: number; after?: string | undefined },
  now: Temporal.Instant,
): Promise<OpenSession[]> {
  const rows = await tx.query<Row>(LIST, [now.toString(), after ?? null, limit]);
  return rows.map(({ createdAt, lastUsedAt, ...session }) => ({
    ...session,
    createdAt: Temporal.Instant.from(createdAt),
    lastUsedAt: Temporal.Instant.from(lastUsedAt),
  }));
}

type Row = Omit<OpenSession, 'createdAt' | 'lastUsedAt'> & { createdAt: string; lastUsedAt: string };

const LIST = `
  select id, device_name_sealed as "deviceNameSealed", platform, created_at as "createdAt", last_used_at as "lastUsedAt",
    second_factor_at is not null as "secondFactor"
  from session where revoked_at is null and expires_at > $1 and ($2::uuid is null or id < $2)
  order by id desc limit $3`;

/** Removes up to `most` sessions, anybody's, that were over before `overBefore`. Gives back how many. For workers. */
export async function forgetSessions(tx: Transaction, overBefore: Temporal.Instant, most: number): Promise<number> {
  const [row] = await tx.query<{ forgotten: number }>(FORGET, [overBefore.toString(), most]);
  return row?.forgotten ?? 0;
}

const FORGET = 'select session_forget($1, $2) as forgotten';
