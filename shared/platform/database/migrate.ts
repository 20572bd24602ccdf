import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { runMigrations } from 'bullmq';
import pg from 'pg';
import { migrations } from './migrations/index.ts';

/** MikroORM's migrator, signed in as the owner of the tables. Close it when done. */
export async function openMigrator(ownerUrl: string): Promise<{ migrator: Migrator; close(): Promise<void> }> {
  const orm = await MikroORM.init({
    clientUrl: ownerUrl,
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
export async function migrateUp(ownerUrl: string): Promise<void> {
  const { migrator, close } = await openMigrator(ownerUrl);
  try {
    await migrator.up();
  } finally {
    await close();
  }
  await migrateQueueSchema(ownerUrl);
}

const QUEUE_SCHEMA = 'bullmq';

/** The queue library's own tables live in a schema of their own, which it upgrades itself. */
async function migrateQueueSchema(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
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
