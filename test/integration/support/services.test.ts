import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { freshRedis } from '../../support/redis.ts';

const ask = async (url: string, sql: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('a fresh database', () => {
  let one: FreshDatabase;
  let other: FreshDatabase;
  beforeAll(async () => {
    [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  });
  afterAll(() => Promise.all([one.drop(), other.drop()]));

  it('is migrated', async () => {
    expect(await ask(one.urls.owner, "SELECT to_regclass('job') IS NOT NULL AS migrated")).toEqual([
      { migrated: true },
    ]);
  });

  it('is nobody else’s', async () => {
    await ask(one.urls.owner, 'CREATE TABLE only_here ()');
    expect(await ask(other.urls.owner, "SELECT to_regclass('only_here') AS there")).toEqual([{ there: null }]);
  });

  it.each(['owner', 'api', 'worker'] as const)('binds %s to row-level security', async (role) => {
    const rows = await ask(one.urls[role], 'SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user');
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
  });
});

describe('a fresh Redis', () => {
  it('is empty and nobody else’s', async () => {
    const [one, other] = await Promise.all([freshRedis(), freshRedis()]);
    const [writer, reader] = [new Redis(one.url), new Redis(other.url)];
    try {
      expect(await writer.dbsize()).toBe(0);
      await writer.set('key', 'value');
      expect(await reader.get('key')).toBeNull();
    } finally {
      writer.disconnect();
      reader.disconnect();
    }
  });
});
