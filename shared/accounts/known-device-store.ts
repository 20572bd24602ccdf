import type { Database } from '../platform/database/database.ts';

/** Whether somebody has ever signed in to the account of an address on this device. Needs no user's context. */
export async function knowsDevice(
  database: Pick<Database, 'query'>,
  normalizedEmail: string,
  deviceId: string,
): Promise<boolean> {
  const [row] = await database.query<{ known: boolean }>(KNOWS_DEVICE, [normalizedEmail, deviceId]);
  return row?.known ?? false;
}

const KNOWS_DEVICE = 'select account_knows_device($1, $2) as known';
