import { randomUUID } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';
import { accountEntities } from '../../shared/accounts/index.ts';
import { type Database, openDatabase } from '../../shared/platform/database/database.ts';
import type { DatabaseUrls } from './embedded/postgres.ts';
import { services } from './jest/services.ts';

export type FreshDatabase = {
  name: string;
  urls: DatabaseUrls;
  /** For looking from outside, past row-level security; never what a process under test signs in with. */
  superuserUrl: string;
  drop(): Promise<void>;
};

/** A migrated, empty database of the caller's own: one per test file, in `beforeAll`, dropped in `afterAll`. */
export const freshDatabase = (): Promise<FreshDatabase> => copyOf(services().template);

/** A database without a schema, for tests of how one comes to be. */
export const emptyDatabase = (): Promise<FreshDatabase> => copyOf('template1');

async function copyOf(template: string): Promise<FreshDatabase> {
  const { superuserUrl, templateUrls } = services();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(superuserUrl, `CREATE DATABASE ${escapeIdentifier(name)} OWNER owner TEMPLATE ${template}`);
  return {
    name,
    urls: {
      owner: at(templateUrls.owner, name),
      api: at(templateUrls.api, name),
      worker: at(templateUrls.worker, name),
    },
    superuserUrl: at(superuserUrl, name),
    drop: () => execute(superuserUrl, `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`),
  };
}

/** Opens a database as a process of that role would. */
export const openTestDatabase = (url: string): Promise<Database> =>
  openDatabase({
    url,
    applicationName: 'test',
    maxConnections: 8,
    queryTimeoutMs: 20_000,
    connectTimeoutMs: 5_000,
    tls: false,
    entities: accountEntities,
  });

const at = (url: string, database: string): string => Object.assign(new URL(url), { pathname: `/${database}` }).href;

async function execute(connectionString: string, sql: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
