import type { Transaction } from '../platform/database/database.ts';
import type { UserCipher } from '../privacy/index.ts';

/** What a mail tells of a session: the device as it named itself, and since when. `null` once the session is gone. */
export async function signedInDevice(
  tx: Transaction,
  sessionId: string,
  cipher: UserCipher,
): Promise<{ device: string; at: Temporal.Instant } | null> {
  const [session] = await tx.query<{ nameSealed: Buffer; at: string }>(SESSION, [sessionId]);
  return session
    ? { device: cipher.open('session.device_name', session.nameSealed), at: Temporal.Instant.from(session.at) }
    : null;
}

const SESSION = 'select device_name_sealed as "nameSealed", created_at as at from session where id = $1';
