import type { Transaction } from '../platform/database/database.ts';
import { type DeliveryId, type NotificationId, newId, type UserId } from '../platform/ids.ts';

/** A delivery taken for sending, with what the decision needs. `expiresAt` is epoch milliseconds. */
export type ClaimedDelivery = {
  deliveryId: DeliveryId;
  notificationId: NotificationId;
  userId: UserId;
  kind: string;
  attempts: number;
  expiresAt: number;
  deviceId: string;
  pushKind: 'token' | 'fid' | null;
  pushToken: string | null;
  languagePreference: string;
  accountStatus: string;
  consented: boolean;
};

/** What became of a delivery. `delayMs`: how long until it is looked at again, where it is. */
export type DeliveryMark = {
  deliveryId: DeliveryId;
  state: string;
  reason: string | null;
  delayMs?: number;
  messageName?: string | null;
};

/** FCM takes at most so many messages in one call. */
export const MAX_BATCH = 500;
/** A flush that has not marked its rows by then has died; they may be taken again. In seconds. */
const CLAIM_SECONDS = 90;

/** Takes up to `MAX_BATCH` due deliveries of any users. Commit before sending. */
export async function claimDeliveries(tx: Transaction): Promise<{ claim: string; deliveries: ClaimedDelivery[] }> {
  const claim = newId();
  const deliveries = await tx.query<ClaimedDelivery>(CLAIM, [MAX_BATCH, claim, `${CLAIM_SECONDS} seconds`]);
  return { claim, deliveries };
}

const CLAIM = `
  select delivery_id as "deliveryId", notification_id as "notificationId", user_id as "userId", kind, attempts,
         (extract(epoch from expires_at) * 1000)::float8 as "expiresAt", device_id as "deviceId", push_kind as "pushKind", push_token as "pushToken",
         language as "languagePreference", account_status as "accountStatus", consented
  from claim_deliveries($1, $2::uuid, $3::interval)`;

/** Writes what became of claimed deliveries; rows that another flush has taken meanwhile stay as they are. */
export async function markDeliveries(tx: Transaction, claim: string, marks: readonly DeliveryMark[]): Promise<void> {
  if (marks.length === 0) return;
  await tx.query('select mark_deliveries($1::uuid, $2::uuid[], $3::text[], $4::text[], $5::float8[], $6::text[])', [
    claim,
    marks.map((mark) => mark.deliveryId),
    marks.map((mark) => mark.state),
    marks.map((mark) => mark.reason),
    marks.map((mark) => mark.delayMs ?? 0),
    marks.map((mark) => mark.messageName ?? null),
  ]);
}

/** Forgets push tokens, each only if the device still has that very token. */
export async function removeTokens(
  tx: Transaction,
  dead: readonly { deviceId: string; pushToken: string }[],
): Promise<void> {
  if (dead.length === 0) return;
  await tx.query('select remove_dead_tokens($1::uuid[], $2::text[])', [
    dead.map((token) => token.deviceId),
    dead.map((token) => token.pushToken),
  ]);
}

/** When the next delivery wants to be looked at, or `null`. */
export async function nextDeliveryDue(tx: Transaction): Promise<Temporal.Instant | null> {
  const [row] = await tx.query<{ due: number | null }>(
    'select (extract(epoch from next_delivery_due()) * 1000)::float8 as due',
  );
  return row?.due == null ? null : Temporal.Instant.fromEpochMilliseconds(Math.ceil(row.due));
}
