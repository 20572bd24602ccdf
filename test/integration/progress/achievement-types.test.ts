import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { migrateUp } from '../../../shared/migrate.ts';
import { starterAchievements } from '../../../shared/progress/starter-achievements.ts';
import { emptyDatabase, type FreshDatabase } from '../../support/database.ts';

const [first, ...others] = starterAchievements;
if (!first) throw new Error('There are no achievements.');
const gained = { ...first, id: 9_001, code: 'gained', name: { en: 'New', es: 'Nuevo' } };

let empty: FreshDatabase;
let outside: Client;
beforeAll(async () => {
  empty = await emptyDatabase();
  outside = new Client({ connectionString: empty.superuserUrl });
  await outside.connect();
  await migrateUp({ url: empty.urls.owner, tls: false });
});
afterAll(async () => {
  await outside?.end();
  await empty?.drop();
});

const up = (achievements = starterAchievements) => migrateUp({ url: empty.urls.owner, tls: false }, achievements);
/** `xmin` tells whether a row was written again. */
const types = async () => (await outside.query('select xmin::text, * from achievement_type order by id')).rows;
const find = async (id: number) => (await types()).find((type) => type.id === id);

it('a new database has every achievement', async () => {
  const { rows } = await outside.query(
    'select id, code, tier, name, description, criteria, hidden from achievement_type order by id',
  );
  expect(rows).toEqual(starterAchievements.toSorted((a, b) => a.id - b.id));
});

it('a repeat changes nothing', async () => {
  const before = await types();
  await up();
  expect(await types()).toEqual(before);
});

it('an existing database gets an achievement added since, and the others stay as they are', async () => {
  const before = await types();
  await up([...starterAchievements, gained]);
  expect(await find(gained.id)).toMatchObject({ code: 'gained', name: gained.name, enabled: true });
  expect((await types()).filter(({ id }) => id !== gained.id)).toEqual(before);
});

it('new words reach an existing database, without enabling what was disabled', async () => {
  await outside.query('update achievement_type set enabled = false where id = $1', [first.id]);
  await up([{ ...first, name: { en: 'Hello', es: 'Hola' } }, ...others]);
  expect(await find(first.id)).toMatchObject({ name: { en: 'Hello', es: 'Hola' }, enabled: false });
});

it('what is no longer defined stays, for those who have earned it', async () => {
  await up(others);
  expect(await find(first.id)).toBeDefined();
});
