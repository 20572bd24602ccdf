import { hasConsent } from '../accounts/index.ts';
import type { Transaction } from '../platform/database/database.ts';
import { milliseconds } from '../platform/duration.ts';
import { type NotificationId, newId, type UserId } from '../platform/ids.ts';

/** What people may be told of: the consent it needs, and how long a push of it stays worth showing. */
const KINDS = { achievement: { purpose: 'achievement_push', timeToLive: '24h' } } as const;
export type NotificationKind = keyof typeof KINDS;

export type NewNotification = { userId: UserId; kind: NotificationKind; dedupeKey: string; now: Temporal.Instant };

/**
 * Writes a notification and one delivery per device that can be pushed to, once per (user, kind, dedupe key).
 * Gives back how many deliveries wait to be sent: 0 for a repeat or where there is no such device. Who has not agreed to
 * be told gets neither, and it is not made up for should they agree later.
 */
export async function createNotification(
  tx: Transaction,
  { userId, kind, dedupeKey, now }: NewNotification,
): Promise<number> {
  const { purpose, timeToLive } = KINDS[kind];
  if (!(await hasConsent(tx, purpose))) return 0;
  const id = newId<NotificationId>();
  const expiresAt = now.add({ milliseconds: milliseconds(timeToLive) });
  const rows = await tx.query(INSERT, [id, userId, kind, dedupeKey, now.toString(), expiresAt.toString()]);
  return rows.length;
}

const INSERT = `
  with created as (
    insert into notification (id, user_id, kind, dedupe_key, created_at, expires_at)
    values ($1::uuid, $2::uuid, $3, $4, $5, $6)
    on conflict (user_id, kind, dedupe_key) do nothing returning id
  )
  insert into delivery (id, notification_id, user_id, device_id, due_at, created_at)
  select uuidv7(), created.id, $2::uuid, device.id, now(), $5
  from created cross join device where device.user_id = $2::uuid and device.push_token is not null
  returning id`;
