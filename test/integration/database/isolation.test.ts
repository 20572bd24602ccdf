import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../../../shared/platform/database/database.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { newAccount } from '../../support/factories.ts';

const USERS = 50;
const CONNECTIONS = 5;
const TRANSACTIONS = 4_000;
/** More than there are connections, so that every connection passes from hand to hand. */
const AT_ONCE = 40;

let fresh: FreshDatabase;
let database: Database;
let users: UserId[];

beforeAll(async () => {
  fresh = await freshDatabase();
  database = await openDatabase({
    url: fresh.urls.api,
    applicationName: 'test',
    maxConnections: CONNECTIONS,
    queryTimeoutMs: 20_000,
    connectTimeoutMs: 20_000,
    tls: false,
  });
  users = await Promise.all(Array.from({ length: USERS }, () => newAccount(database)));
});
afterAll(async () => {
  await database?.close();
  await fresh?.drop();
});

it('no transaction of fifty people over five connections sees or keeps another’s row', async () => {
  const random = seededRandom(11);
  const kept = new Map<UserId | null, number>();
  const foreign: string[] = [];

  const one = async () => {
    const userId = random() < 0.1 ? null : (users[Math.floor(random() * USERS)] ?? null);
    const fate = random();
    const controller = new AbortController();
    const look = `select user_id from checkin where user_id is distinct from $1
                  union all select id from account where id is distinct from $1`;
    await database
      .transaction({ userId, signal: controller.signal }, async (tx) => {
        if (userId) await tx.query(INSERT, [newId(), userId]);
        for (const row of await tx.query<{ user_id: string }>(look, [userId])) foreign.push(row.user_id);
        // Some fail in their statement, some by themselves, some are abandoned half-way.
        if (fate < 0.05) await tx.query('select 1 / 0');
        if (fate > 0.95) throw new Error('changed its mind');
        if (fate > 0.94) controller.abort();
        await tx.query('select 1');
      })
      .then(
        () => void kept.set(userId, (kept.get(userId) ?? 0) + 1),
        () => {},
      );
  };
  let begun = 0;
  const lane = async () => {
    for (; begun < TRANSACTIONS; await one()) begun += 1;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));

  expect(foreign).toEqual([]);
  for (const userId of users) {
    const [{ n } = {}] = await database.transaction({ userId }, (tx) =>
      tx.query<{ n: string }>('select count(*) as n from checkin'),
    );
    expect(Number(n)).toBe(kept.get(userId) ?? 0);
  }
});

const INSERT = `
  insert into checkin (id, user_id, emotion_type_id, intensity, occurred_at, time_zone, local_date, received_at)
  values ($1, $2, 1, 5, now(), 'UTC', current_date, now())`;
