import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { runMigrations } from 'bullmq';
import pg from 'pg';
import { migrations } from './migrations/index.ts';

/** Where migrations run: as the owner of the tables, encrypted where `tls` says so. */
export type MigrationTarget = { url: string; tls: boolean };

/** MikroORM's migrator. Close it when done. */
export async function openMigrator(target: MigrationTarget): Promise<{ migrator: Migrator; close(): Promise<void> }> {
  const orm = await MikroORM.init({
    clientUrl: target.url,
    driverOptions: sslOf(target),
    entities: [],
    discovery: { warnWhenNoEntities: false },
    ensureDatabase: false,
    extensions: [Migrator],
    logger: () => {},
    migrations: {
      migrationsList: migrations,
      tableName: 'migration',
      transactional: true,
      allOrNothing: true,
      snapshot: false,
    },
  });
  return { migrator: orm.migrator as Migrator, close: () => orm.close(true) };
}

/** Brings an empty or older database to the newest schema: ours, and that of the queue's PostgreSQL backend. */
export async function applyMigrations(target: MigrationTarget): Promise<void> {
  const { migrator, close } = await openMigrator(target);
  try {
    await migrator.up();
  } finally {
    await close();
  }
  await migrateQueueSchema(target);
}

/** Goes up or down until `name` is the newest migration that is applied. Gives back what it ran, in that order. */
export async function migrateTo(
  migrator: Migrator,
  name: string,
): Promise<{ direction: 'up' | 'down'; ran: readonly { name: string }[] }> {
  // Asked to go to a migration it does not know, MikroORM applies everything.
  if (!migrations.some((migration) => migration.name === name)) throw new Error(`There is no migration ${name}.`);
  const executed = await migrator.getExecuted();
  const direction = executed.some((row) => row.name === name) ? 'down' : 'up';
  return { direction, ran: await migrator[direction]({ to: name }) };
}

const QUEUE_SCHEMA = 'bullmq';

/** The queue library's own tables live in a schema of their own, which it upgrades itself. */
async function migrateQueueSchema(target: MigrationTarget): Promise<void> {
  const client = await connectOwner(target);
  try {
    await runMigrations(client, QUEUE_SCHEMA);
    await client.query(`grant usage, create on schema ${QUEUE_SCHEMA} to app_api, app_worker`);
    await client.query(`grant all on all tables in schema ${QUEUE_SCHEMA} to app_api, app_worker`);
    await client.query(`grant all on all sequences in schema ${QUEUE_SCHEMA} to app_api, app_worker`);
    await client.query(`grant execute on all functions in schema ${QUEUE_SCHEMA} to app_api, app_worker`);
  } finally {
    await client.end();
  }
}

/** A plain connection as the owner. Close it when done. */
export async function connectOwner(target: MigrationTarget): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: target.url, ...sslOf(target) });
  await client.connect();
  return client;
}

const sslOf = ({ tls }: MigrationTarget) => (tls ? { ssl: { rejectUnauthorized: true } } : {});
