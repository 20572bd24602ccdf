import { beforeAll, describe, expect, it } from '@jest/globals';
import { stopwatch } from '../../../../shared/platform/clock.ts';
import type { Person } from '../../../support/api/person.ts';
import { replaced, textsIn, valuesIn } from './places.ts';
import { readRoutes } from './read-routes.ts';
import { wholeApi } from './whole-api.ts';
import { sendTo, writtenRoutes } from './written-routes.ts';

const api = wholeApi();
let person: Person;
beforeAll(async () => {
  person = await api.person();
});

const SQL = [
  `'; drop table account cascade; --`,
  `' or '1'='1`,
  `1); select pg_sleep(5); --`,
  `\\'; select pg_sleep(5) --`,
  `$1$$ || (select current_user)`,
  `'||(select password_hash from account limit 1)||'`,
];
/** `pg_sleep(5)` shows in the time. */
const ASLEEP_MS = 4_500;
/** For a machine that does much else beside. */
const PATIENCE_MS = 240_000;

describe('SQL', () => {
  const inBodies = writtenRoutes.flatMap((route) =>
    textsIn(route.body).flatMap((at) => SQL.map((sql) => ({ route, body: replaced(route.body, at, () => sql) }))),
  );
  it(
    `in any text of a body is text (${inBodies.length} tries)`,
    async () => {
      for (const { route, body } of inBodies) {
        const elapsed = stopwatch();
        const { status } = await sendTo(route, body, api, person);
        expect(`${route.name} ${JSON.stringify(body)}: ${status}`).toMatch(/: (20\d|400|401|403|404|412)$/);
        expect(elapsed()).toBeLessThan(ASLEEP_MS);
      }
      expect((await person.send('GET', '/v1/me')).status).toBe(200);
    },
    PATIENCE_MS,
  );

  it(`comes back as it was sent (${SQL.length} tries)`, async () => {
    for (const sql of SQL) {
      const body = { emotionTypeId: 1, intensity: 5, occurredAt: '2026-03-29T07:30:00Z', timeZone: 'UTC', notes: sql };
      const { status, headers } = await person.send('POST', '/v1/emotions', { body });
      expect(status).toBe(201);
      expect((await person.send('GET', headers.get('location') ?? '')).body).toMatchObject({ notes: sql });
    }
  });

  const inPaths = readRoutes
    .filter(({ path }) => path.includes('{'))
    .flatMap(({ path }) => SQL.map((sql) => ({ path, sql })));
  it(`in a path names nothing (${inPaths.length} tries)`, async () => {
    for (const { path, sql } of inPaths) {
      const { status } = await person.send('GET', path.replaceAll(/\{\w+\}/g, encodeURIComponent(sql)));
      expect(`${path} ${sql}: ${status}`).toBe(`${path} ${sql}: 404`);
    }
  });

  const QUERIES = ['sort=pg_sleep(5)', 'order=1;select+pg_sleep(5)', 'where[$ne]=1', 'limit=1;drop+table+account'];
  const inQueries = readRoutes.flatMap(({ path }) => QUERIES.map((query) => ({ path, query })));
  it(`in a query, such as sort=pg_sleep(5), is 400 on every route that is read (${inQueries.length} tries)`, async () => {
    for (const { path, query } of inQueries) {
      const elapsed = stopwatch();
      const { status } = await person.send('GET', `${addressOf(path)}?${query}`);
      expect(`${path}?${query}: ${status}`).toBe(`${path}?${query}: 400`);
      expect(elapsed()).toBeLessThan(ASLEEP_MS);
    }
  });
});

describe('an operator such as {"$ne":null}', () => {
  const tries = writtenRoutes.flatMap((route) =>
    valuesIn(route.body)
      .filter(({ at, value }) => at.length > 0 && typeof value !== 'object')
      .flatMap(({ at }) => [{ $ne: null }, { $gt: '' }].map((operator) => ({ route, at, operator }))),
  );
  it(`in place of any value is 400 (${tries.length} tries)`, async () => {
    for (const { route, at, operator } of tries) {
      const { status, body } = await sendTo(
        route,
        replaced(route.body, at, () => operator),
        api,
        person,
      );
      const answered = at[0] === 'items' && status === 200 ? JSON.stringify(body['items']) : String(status);
      expect(`${route.name} ${at.join('.')}: ${answered}`).toMatch(/: 400$|"status":"rejected"/);
    }
  });
});

const NOBODY = '00000000-0000-7000-8000-000000000000';

/** A path that names nothing, with names of the right form. */
const addressOf = (path: string): string => path.replace('{token}', 'A'.repeat(43)).replaceAll(/\{\w+\}/g, NOBODY);
