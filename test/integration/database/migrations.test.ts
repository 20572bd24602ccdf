import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { applyMigrations, migrateTo, openMigrator } from '../../../shared/platform/database/migrate.ts';
import { migrations } from '../../../shared/platform/database/migrations/index.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import { emptyDatabase, type FreshDatabase } from '../../support/database.ts';
import { schemaDump } from './schema-dump.ts';

const names = migrations.map(({ name }) => name);

let empty: FreshDatabase;
let outside: Client;
let opened: Awaited<ReturnType<typeof openMigrator>>;
beforeEach(async () => {
  empty = await emptyDatabase();
  outside = new Client({ connectionString: empty.superuserUrl });
  await outside.connect();
  opened = await openMigrator({ url: empty.urls.owner, tls: false });
});
afterEach(async () => {
  await Promise.all([outside.end(), opened.close()]);
  await empty.drop();
});

/** The schema after each migration, oldest first; before the first one it is empty. */
async function stepByStep(): Promise<string[][]> {
  const dumps = [await schemaDump(outside)];
  for (const name of names) {
    expect((await opened.migrator.up({ to: name })).map((ran) => ran.name)).toEqual([name]);
    dumps.push(await schemaDump(outside));
  }
  return dumps;
}

/** From the last to the first and back, to where one is, and a few more; neighbours have a test of their own. */
function jumps(): number[] {
  const [last, random] = [names.length - 1, seededRandom(names.length)];
  return [0, last, last, ...Array.from({ length: 5 }, () => Math.floor(random() * names.length))];
}

describe('the migrations', () => {
  it('are listed in the order of their names, which begin with when they were written', () => {
    expect(names).toEqual([...new Set(names)].sort());
    for (const name of names) expect(name).toMatch(/^20\d{12}_[a-z][a-z0-9_]*$/);
  });

  it('each change the schema, and their way back changes it back', async () => {
    const dumps = await stepByStep();
    expect(new Set(dumps.map((dump) => dump.join('\n'))).size).toBe(names.length + 1);
    for (const [index, name] of [...names.entries()].reverse()) {
      expect((await opened.migrator.down()).map((ran) => ran.name)).toEqual([name]);
      expect(await schemaDump(outside)).toEqual(dumps[index]);
      await opened.migrator.up({ to: name });
      expect(await schemaDump(outside)).toEqual(dumps[index + 1]);
      await opened.migrator.down();
    }
    expect(await schemaDump(outside)).toEqual(dumps[0]);
  });

  it('lead from any of them to any other, over all of them at once too', async () => {
    const [, ...dumps] = await stepByStep();
    for (const to of jumps()) {
      const from = (await opened.migrator.getExecuted()).length - 1;
      const { direction, ran } = await migrateTo(opened.migrator, names[to] ?? '');
      expect(ran).toHaveLength(Math.abs(from - to));
      expect(direction).toBe(from >= to ? 'down' : 'up');
      expect((await opened.migrator.getExecuted()).map(({ name }) => name)).toEqual(names.slice(0, to + 1));
      expect(await schemaDump(outside)).toEqual(dumps[to]);
    }
  });

  it('lead nowhere that does not exist', async () => {
    await expect(migrateTo(opened.migrator, '20261121100000_misspelt')).rejects.toThrow('There is no migration');
    expect(await opened.migrator.getExecuted()).toEqual([]);
  });

  it('leave nothing behind when one of them fails', async () => {
    await outside.query('create table journal (in_the_way int)');
    const before = await schemaDump(outside);
    await expect(opened.migrator.up()).rejects.toThrow(/"journal" already exists/);
    expect(await schemaDump(outside)).toEqual(before);
    expect(await opened.migrator.getExecuted()).toEqual([]);
  });

  it('may be run again, with the queue’s own, and change nothing', async () => {
    const target = { url: empty.urls.owner, tls: false };
    await applyMigrations(target);
    const before = await schemaDump(outside);
    await applyMigrations(target);
    expect(await schemaDump(outside)).toEqual(before);
    const { rows } = await outside.query(`select has_schema_privilege('app_worker', 'bullmq', 'usage') as may`);
    expect(rows).toEqual([{ may: true }]);
  });

  it('are never run over an unencrypted connection where encryption is asked for', async () => {
    await expect(applyMigrations({ url: empty.urls.owner, tls: true })).rejects.toThrow(/does not support SSL/);
  });
});
