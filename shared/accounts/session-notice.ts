import type { Transaction } from '../platform/database/database.ts';

/** What a mail tells of a session: the device as it named itself, and since when. `null` once the session is gone. */
export async function signedInDevice(
  tx: Transaction,
  sessionId: string,
): Promise<{ device: string; at: Temporal.Instant } | null> {
  const [session] = await tx.query<{ device: string; at: string }>(SESSION, [sessionId]);
  return session ? { device: session.device, at: Temporal.Instant.from(session.at) } : null;
}

const SESSION = 'select device_name as device, created_at as at from session where id = $1';
