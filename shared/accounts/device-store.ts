import type { Transaction } from '../platform/database/database.ts';
import { newId, type UserId } from '../platform/ids.ts';
import { Device, type PushToken } from './device.ts';

/** A phone as it describes itself. `pushToken`: `null` takes it away, leaving it out keeps what is there. */
export type DeviceDescription = {
  deviceId: string;
  nameSealed: Buffer;
  platform: string;
  pushToken?: PushToken | null | undefined;
  /** The password has just been given on it. */
  signsIn?: boolean;
};

/** Whether the transaction's user has signed in on that device before; to have registered it is not enough. */
export async function isKnownDevice(tx: Transaction, deviceId: string): Promise<boolean> {
  const rows = await tx.query(IS_KNOWN, [tx.userId, deviceId]);
  return rows.length === 1;
}

const IS_KNOWN = 'select from device where user_id = $1 and device_id = $2 and signed_in_at is not null';

/** Makes the device known or brings it up to date. A push token belongs to whichever device registered it last. */
export async function putDevice(
  tx: Transaction,
  userId: UserId,
  { deviceId, nameSealed, platform, pushToken, signsIn = false }: DeviceDescription,
  now: Temporal.Instant,
): Promise<Device> {
  const [row] = await tx.query<{ id: string }>(UPSERT, [
    newId(),
    userId,
    deviceId,
    nameSealed,
    platform,
    now.toString(),
    signsIn,
  ]);
  if (!row) throw new Error('an upsert gives its row back');
  if (pushToken !== undefined) await setPushToken(tx, row.id, pushToken, now);
  return tx.em.findOneOrFail(Device, { id: row.id }, { refresh: true });
}

// An upsert, because a phone signs in and registers its token at the same moment.
const UPSERT = `
  insert into device (id, user_id, device_id, name_sealed, platform, last_seen_at, created_at, signed_in_at)
  values ($1, $2, $3, $4, $5, $6::timestamptz, $6, case when $7::boolean then $6 end)
  on conflict (user_id, device_id) do update set
    name_sealed = excluded.name_sealed, platform = excluded.platform, last_seen_at = excluded.last_seen_at,
    signed_in_at = coalesce(device.signed_in_at, excluded.signed_in_at)
  returning id`;

async function setPushToken(tx: Transaction, id: string, token: PushToken | null, now: Temporal.Instant) {
  if (token) await tx.query('select device_release_token($1, $2)', [token.value, id]);
  await tx.query(SET_TOKEN, [id, token?.kind ?? null, token?.value ?? null, now.toString()]);
}

const SET_TOKEN = `
  update device set push_kind = $2, push_token = $3, push_token_updated_at = $4
  where id = $1 and push_token is distinct from $3`;

/** The user's devices, the newest first, from just behind the device `after` on. */
export const listDevices = (tx: Transaction, { limit, after }: { limit: number; after?: string | undefined }) =>
  tx.em.find(Device, after === undefined ? {} : { id: { $lt: after } }, { orderBy: { id: 'desc' }, limit });

/** Forgets a device and signs out wherever it is signed in. `false`: there is none. */
export async function removeDevice(tx: Transaction, deviceId: string, now: Temporal.Instant): Promise<boolean> {
  const removed = await tx.query(REMOVE, [deviceId, now.toString()]);
  return removed.length === 1;
}

const REMOVE = `
  with ended as (update session set revoked_at = $2 where device_id = $1 and revoked_at is null)
  delete from device where device_id = $1 returning id`;

/** The device of a session has been heard of. */
export async function markSeen(tx: Transaction, sessionId: string, now: Temporal.Instant): Promise<void> {
  await tx.query(MARK_SEEN, [sessionId, now.toString()]);
}

const MARK_SEEN = `
  update device set last_seen_at = $2 from session
  where session.id = $1 and device.user_id = session.user_id and device.device_id = session.device_id`;
