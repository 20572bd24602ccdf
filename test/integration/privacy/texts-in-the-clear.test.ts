import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { migrateTo, openMigrator } from '../../../shared/platform/database/migrate.ts';
import { migrations } from '../../../shared/platform/database/migrations/index.ts';
import { newId } from '../../../shared/platform/ids.ts';
import { emptyDatabase, type FreshDatabase } from '../../support/database.ts';

const names = migrations.map(({ name }) => name);
const sealing = '20261121110400_sealed_text';
const before = names[names.indexOf(sealing) - 1] as string;

let empty: FreshDatabase;
let outside: Client;
let opened: Awaited<ReturnType<typeof openMigrator>>;
beforeEach(async () => {
  empty = await emptyDatabase();
  outside = new Client({ connectionString: empty.superuserUrl });
  await outside.connect();
  opened = await openMigrator({ url: empty.urls.owner, tls: false });
  await migrateTo(opened.migrator, before);
});
afterEach(async () => {
  await Promise.all([outside.end(), opened.close()]);
  await empty.drop();
});

/** Somebody with one check-in, with this of it, as an earlier version wrote it. */
async function writer(columns: Record<string, unknown>): Promise<string> {
  const userId = newId();
  await outside.query(
    `insert into account (id, email, email_normalized, password_hash, time_zone, encryption_key_salt, created_at)
     values ($1, $2, $2, 'none', 'UTC', 'c2FsdA==', now())`,
    [userId, `${userId}@example.org`],
  );
  const extra = Object.keys(columns);
  await outside.query(
    `insert into checkin (id, user_id, emotion_type_id, intensity, occurred_at, time_zone, local_date, received_at
       ${extra.map((name) => `, ${name}`).join('')})
     values ($1, $2, 1, 5, now(), 'UTC', current_date, now() ${extra.map((_, at) => `, $${at + 3}`).join('')})`,
    [newId(), userId, ...Object.values(columns)],
  );
  return userId;
}

describe('sealing the texts of a database', () => {
  it('is refused where any is in the clear, whoever’s, and loses nothing', async () => {
    await writer({ notes: 'slept well' });
    await expect(migrateTo(opened.migrator, sealing)).rejects.toThrow(/texts in the clear.*Nothing was changed/s);
    expect((await outside.query('select notes from checkin')).rows).toEqual([{ notes: 'slept well' }]);
    const forced = await outside.query(
      `select relname from pg_class where relname in ('checkin', 'journal', 'device') and not relforcerowsecurity`,
    );
    expect(forced.rows).toEqual([]);
  });

  it('goes through where none is', async () => {
    await writer({});
    await migrateTo(opened.migrator, sealing);
    expect((await outside.query('select notes_sealed from checkin')).rows).toEqual([{ notes_sealed: null }]);
  });

  it('is not taken back once there are sealed ones', async () => {
    await migrateTo(opened.migrator, sealing);
    await writer({ notes_sealed: Buffer.of(1) });
    await expect(migrateTo(opened.migrator, before)).rejects.toThrow(/sealed texts, which SQL cannot open/);
  });
});
