import { randomBytes } from 'node:crypto';
import type { Database } from '../platform/database/database.ts';
import { newId, type UserId } from '../platform/ids.ts';
import { recordConsents } from './consent-store.ts';
import type { ExternalClaims } from './external-issuer.ts';

type Identity = Pick<ExternalClaims, 'issuer' | 'subject'>;

/** Whose account another issuer's subject has; `null` where there is none. Needs no user's context. */
export async function externalOwner(
  database: Pick<Database, 'query'>,
  { issuer, subject }: Identity,
): Promise<UserId | null> {
  const [row] = await database.query<{ owner: UserId | null }>(OWNER, [issuer, subject]);
  return row?.owner ?? null;
}

const OWNER = 'select external_identity_owner($1, $2) as owner';

/**
 * Opens the account of a subject seen for the first time, with nothing but what the service needs: no address, no
 * password, no consent beyond `service`. `false`: another request has opened it meanwhile.
 */
export async function openExternalAccount(
  database: Pick<Database, 'transaction'>,
  { issuer, subject }: Identity,
  timeZone: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const userId = newId<UserId>();
  return database.transaction({ userId }, async (tx) => {
    const salt = randomBytes(SALT_BYTES).toString('base64');
    const opened = await tx.query(OPEN, [issuer, subject, userId, now.toString(), timeZone, salt]);
    if (opened.length === 1) await recordConsents(tx, userId, ['service'], now);
    return opened.length === 1;
  });
}

const SALT_BYTES = 16;

// One statement: who comes second waits for the first, inserts no identity and so no account either.
const OPEN = `
  with identity as (
    insert into external_identity (issuer, subject, user_id, created_at) values ($1, $2, $3, $4)
    on conflict (issuer, subject) do nothing returning user_id
  )
  insert into account (id, status, time_zone, language, encryption_key_salt, created_at, last_sign_in_at)
  select user_id, 'active', $5, 'en', $6, $4, $4 from identity
  returning id`;
