import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { deriveAccountKeys, issueAccessToken } from '../../../shared/accounts/index.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';

/** Somebody signed in on one phone that may be told of achievements, and who has done nothing yet. */
export type Person = { accessToken: string; pushToken: string };

/**
 * Written into the database directly, sessions included: signing in costs an Argon2 hash a person, which is not what is
 * measured here.
 */
export async function signedInPeople(
  count: number,
  { databaseUrl, secretKey, issuer }: { databaseUrl: string; secretKey: string; issuer: string },
): Promise<Person[]> {
  const rows = Array.from({ length: count }, () => ({
    userId: newId<UserId>(),
    sessionId: newId(),
    pushToken: `phone-${randomUUID()}`,
  }));
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const users = rows.map(({ userId }) => userId);
    await client.query(ACCOUNTS, [users]);
    await client.query(CONSENTS, [users]);
    await client.query(DEVICES, [users, rows.map(({ pushToken }) => pushToken)]);
    await client.query(SESSIONS, [users, rows.map(({ sessionId }) => sessionId)]);
    await client.query('analyze account, consent, device, session');
  } finally {
    await client.end();
  }

  const keys = deriveAccountKeys(secretKey, [], issuer).accessToken;
  const now = systemClock.now();
  return Promise.all(
    rows.map(async ({ userId, sessionId, pushToken }) => {
      const bearer = { userId, sessionId, role: 'standard', secondFactor: false, tokenVersion: 1 } as const;
      const { accessToken } = await issueAccessToken(bearer, newId(), keys, now);
      return { accessToken, pushToken };
    }),
  );
}

const ACCOUNTS = `
  insert into account (id, email, email_normalized, password_hash, status, time_zone, encryption_key_salt, created_at, verified_at)
  select id, id || '@example.org', id || '@example.org', 'none', 'active', 'Europe/Berlin', 'c2FsdHNhbHQ=', now(), now()
  from unnest($1::uuid[]) as id`;

const CONSENTS = `
  insert into consent (id, user_id, purpose, version, granted, recorded_at)
  select uuidv7(), id, purpose, 1, true, now()
  from unnest($1::uuid[]) as id, unnest(array['service', 'insights', 'achievement_push']) as purpose`;

const DEVICES = `
  insert into device (id, user_id, device_id, name_sealed, platform, push_kind, push_token, last_seen_at, created_at)
  select uuidv7(), id, 'phone', 'sealed', 'android', 'token', push_token, now(), now()
  from unnest($1::uuid[], $2::text[]) as phone (id, push_token)`;

const SESSIONS = `
  insert into session (id, user_id, device_id, device_name_sealed, platform, refresh_hash, expires_at, created_at, last_used_at)
  select session_id, id, 'phone', 'sealed', 'android', sha256(session_id::text::bytea), now() + interval '1 day', now(), now()
  from unnest($1::uuid[], $2::uuid[]) as held (id, session_id)`;
