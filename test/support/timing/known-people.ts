import { Client } from 'pg';
import { hashPassword } from '../../../shared/accounts/password-hash.ts';
import { knownAddress, RIGHT_PASSWORD } from './questions.ts';

/** Active accounts with a password, written directly: all with one hash, because making one each would take minutes. */
export async function addKnownPeople(databaseUrl: string, count: number): Promise<void> {
  const hash = await hashPassword(RIGHT_PASSWORD);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const addresses = Array.from({ length: count }, (_, n) => knownAddress(n));
    await client.query(ACCOUNTS, [addresses, hash]);
    await client.query('analyze account');
  } finally {
    await client.end();
  }
}

const ACCOUNTS = `
  insert into account (id, email, email_normalized, password_hash, status, time_zone, encryption_key_salt, created_at, verified_at)
  select uuidv7(), email, email, $2, 'active', 'Europe/Berlin', 'c2FsdHNhbHQ=', now(), now() from unnest($1::text[]) as email`;
