import type { Database } from '../../shared/platform/database/database.ts';
import { newId, type UserId } from '../../shared/platform/ids.ts';
import type { Purpose } from '../../shared/platform/purpose.ts';

type AccountDetails = { timeZone?: string; dayCutOff?: number; language?: string };

/** An active account nobody else uses. Nobody can sign in to it with a password. */
export async function newAccount(
  database: Database,
  { timeZone = 'UTC', dayCutOff = 3, language = 'en' }: AccountDetails = {},
): Promise<UserId> {
  const userId = newId<UserId>();
  await database.transaction({ userId }, (tx) =>
    tx.query(
      `insert into account (id, email, email_normalized, password_hash, status, time_zone, day_cut_off, language,
                            encryption_key_salt, created_at, verified_at)
       values ($1, $2, $2, 'none', 'active', $3, $4, $5, 'c2FsdHNhbHQ=', now(), now())`,
      [userId, `${userId}@example.org`, timeZone, dayCutOff, language],
    ),
  );
  return userId;
}

/** A phone that pushes reach: a device with a token, and the consent to be told of achievements. Gives the token. */
export async function newPhone(database: Database, userId: UserId): Promise<string> {
  const pushToken = `token-${newId()}`;
  await database.transaction({ userId }, async (tx) => {
    await tx.query(
      `insert into device (id, user_id, device_id, name_sealed, platform, push_kind, push_token, last_seen_at, created_at)
       values ($1, $2, $3, 'sealed', 'android', 'token', $3, now(), now())`,
      [newId(), userId, pushToken],
    );
  });
  await newConsent(database, userId, 'achievement_push');
  return pushToken;
}

/** Consent to one purpose more, or its withdrawal. */
export async function newConsent(database: Database, userId: UserId, purpose: Purpose, granted = true): Promise<void> {
  await database.transaction({ userId }, (tx) =>
    tx.query(
      `insert into consent (id, user_id, purpose, version, granted, recorded_at)
       values ($1, $2, $3, 1, $4, clock_timestamp())`,
      [newId(), userId, purpose, granted],
    ),
  );
}
