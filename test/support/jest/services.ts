import { migrateUp } from '../../../shared/migrate.ts';
import { type DatabaseUrls, type EmbeddedPostgres, startPostgres } from '../embedded/postgres.ts';
import { type EmbeddedRedis, startRedis } from '../embedded/redis.ts';

/** How tests find what the run started. The database named in the URLs is the migrated template: copy it, never use it. */
export type Services = { superuserUrl: string; template: string; templateUrls: DatabaseUrls; redisUrl: string };

const variable = 'AMIRA_TEST_SERVICES';

let postgres: EmbeddedPostgres | undefined;
let redis: EmbeddedRedis | undefined;

/** Starts one PostgreSQL with a migrated template database and one redis-server; test workers inherit the addresses. */
export async function startServices(): Promise<void> {
  const template = 'amira_template';
  [postgres, redis] = await Promise.all([startPostgres({ durable: false }), startRedis()]);
  await postgres.createDatabase(template);
  const templateUrls = postgres.urls(template);
  await migrateUp({ url: templateUrls.owner, tls: false });
  const services: Services = { superuserUrl: postgres.superuserUrl, template, templateUrls, redisUrl: redis.url };
  process.env[variable] = JSON.stringify(services);
}

export async function stopServices(): Promise<void> {
  await Promise.all([postgres?.stop(), redis?.stop()]);
}

/** Fails where the services are missing: a test that needs them never passes without. */
export function services(): Services {
  const text = process.env[variable];
  if (text === undefined)
    throw new Error('No services: this test belongs in test/integration, test/e2e or test/faults.');
  return JSON.parse(text);
}
