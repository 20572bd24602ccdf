import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { hashPassword } from '../../../shared/accounts/password-hash.ts';
import { migrateUp } from '../../../shared/migrate.ts';
import { startChild } from '../../support/embedded/child-process.ts';
import { startPostgres } from '../../support/embedded/postgres.ts';
import { FloodAnswers, type LoginFlood } from './login-flood-plan.ts';

/** The API as a process of its own, over a PostgreSQL of its own, with accounts that may be signed in to. */
export type SignInSystem = {
  port: number;
  opsPort: number;
  /** Addresses with an account; every password is `PASSWORD`. */
  emails: readonly string[];
  signIn(email: string, deviceId: string, address: string): Promise<{ status: number; ms: number }>;
  /** Attacks from another process, and gives back what it was answered. */
  flood(flood: Omit<LoginFlood, 'port'>): Promise<FloodAnswers>;
  /** Resident memory of the API, in MB. */
  memory(): number;
  close(): Promise<void>;
};

const DATABASE = 'faults';
const PASSWORD = 'a long walk by the sea';
const GENERATOR = fileURLToPath(new URL('./login-generator.ts', import.meta.url));

export async function startSignInSystem(accounts: number): Promise<SignInSystem> {
  const postgres = await startPostgres({ durable: false });
  await postgres.createDatabase(DATABASE);
  const urls = postgres.urls(DATABASE);
  await migrateUp({ url: urls.owner, tls: false });
  const emails = Array.from({ length: accounts }, (_, n) => `known-${n}@example.org`);
  const superuserUrl = postgres.superuserUrlOf(DATABASE);
  await insertAccounts(superuserUrl, emails);
  const api = await startChild({
    entry: 'api/main.ts',
    env: { ...SETTINGS, DATABASE_URL: urls.api },
    output: 'inherit',
  });
  const port = api.ports.port ?? 0;

  return {
    port,
    opsPort: api.ports.opsPort,
    emails,
    async signIn(email, deviceId, address) {
      const start = performance.now();
      const response = await fetch(`http://127.0.0.1:${port}/v1/auth/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
        body: JSON.stringify({ email, password: PASSWORD, device: { deviceId, name: 'Phone', platform: 'android' } }),
      });
      await response.text();
      return { status: response.status, ms: performance.now() - start };
    },
    async flood(flood) {
      const env = { ...process.env, LOGIN_FLOOD: JSON.stringify({ ...flood, port }) };
      const generator = spawn(process.execPath, [GENERATOR], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      return FloodAnswers.parse(JSON.parse(Buffer.concat(await generator.stdout.toArray()).toString()));
    },
    memory: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${api.pid}/status`, 'utf8'))?.[1]) / 1_024,
    async close() {
      await api.end();
      await postgres.stop();
    },
  };
}

async function insertAccounts(databaseUrl: string, emails: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(ACCOUNTS, [emails, await hashPassword(PASSWORD)]);
    await client.query('analyze account');
  } finally {
    await client.end();
  }
}

const ACCOUNTS = `
  insert into account (id, email, email_normalized, password_hash, status, time_zone, encryption_key_salt, created_at, verified_at)
  select gen_random_uuid(), email, email, $2, 'active', 'Europe/Berlin', 'c2FsdHNhbHQ=', now(), now() from unnest($1::text[]) email`;

/** As in production by their figures: what a machine of one's own allows each address would let the flood through. */
const SETTINGS = {
  APP_ENV: 'test',
  PORT: '0',
  OPS_PORT: '0',
  LOG_LEVEL: 'error',
  SECRET_KEY: 'a secret of the fault runs, of thirty-two characters',
  S3_BUCKET_NAME: 'none',
  TRUSTED_PROXIES: '127.0.0.1',
  RATE_LIMITS: JSON.stringify({ loginAddress: { points: 100 } }),
};
