import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, escapeIdentifier } from 'pg';
import { z } from 'zod';
import { routes } from '../../../api/routes/index.ts';
import { newId } from '../../../shared/platform/ids.ts';
import type { Person } from '../../support/api/person.ts';
import { wholeApi } from '../api/refusals/whole-api.ts';
import { honestUpload } from '../journals/uploads.ts';

let outside: Client;
// Before the api's own, which drops the database.
afterAll(() => outside.end());
const api = wholeApi();
beforeAll(async () => {
  outside = new Client({ connectionString: api.superuserUrl });
  await outside.connect();
});

/** Fields people write as they like. `name` is a device's. */
const WRITTEN = ['context', 'displayName', 'name', 'notes', 'title'];

/** Every place in the document where such a text goes in, as "METHOD path field". */
function placesOfTexts(): string[] {
  const within = (node: unknown): string[] =>
    typeof node === 'object' && node !== null
      ? Object.entries(node).flatMap(([key, value]) => [
          ...(key === 'properties' ? WRITTEN.filter((name) => Object.hasOwn(value, name)) : []),
          ...within(value),
        ])
      : [];
  const places = routes.flatMap(({ spec: { method, path, body } }) =>
    body
      ? within(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' })).map(
          (field) => `${method} ${path} ${field}`,
        )
      : [],
  );
  return [...new Set(places)].sort();
}

const feeling = () => ({ emotionTypeId: 1, intensity: 5, occurredAt: now(), timeZone: 'UTC' });
const now = () => api.deps.clock.now().toString({ smallestUnit: 'millisecond' });

/** Where texts go in, and a request that takes this one there. Each is sent once as it should be, and once too long. */
const WAYS: Record<string, (text: string, person: Person) => Promise<{ method: string; path: string; body: object }>> =
  {
    'POST /emotions notes context': async (text) => ({
      method: 'POST',
      path: '/v1/emotions',
      body: { ...feeling(), notes: text, context: text },
    }),
    'POST /emotions/batch notes context': async (text) => ({
      method: 'POST',
      path: '/v1/emotions/batch',
      body: { items: [{ clientId: randomUUID(), ...feeling(), notes: text, context: text }] },
    }),
    'POST /journals title notes context': async (text) => ({
      method: 'POST',
      path: '/v1/journals',
      body: {
        ...(await honestUpload()).body,
        title: text,
        preCheckin: { emotionTypeId: 1, intensity: 3, notes: text, context: text },
      },
    }),
    'PATCH /journals/{id} title': async (text, person) => ({
      method: 'PATCH',
      path: `/v1/journals/${await journalOf(person)}`,
      body: { title: text },
    }),
    'POST /journals/filter title': async (text) => ({
      method: 'POST',
      path: '/v1/journals/filter',
      body: { title: text },
    }),
    'POST /emotions/filter context': async (text) => ({
      method: 'POST',
      path: '/v1/emotions/filter',
      body: { context: text },
    }),
    'PATCH /me displayName': async (text) => ({ method: 'PATCH', path: '/v1/me', body: { displayName: text } }),
    'PUT /me/devices/{deviceId} name': async (text) => ({
      method: 'PUT',
      path: '/v1/me/devices/tablet',
      body: { name: text, platform: 'ios' },
    }),
  };

async function journalOf(person: Person): Promise<string> {
  const { body } = await person.send('POST', '/v1/journals', { body: (await honestUpload()).body });
  return z.object({ journal: z.object({ id: z.string() }) }).parse(body).journal.id;
}

/** Where `text` stands in the database, by column: as it is, in hexadecimal, and in base64. */
async function found(text: string): Promise<string[]> {
  const { rows: columns } = await outside.query<{ schema: string; table: string; column: string }>(
    `select table_schema as schema, table_name as table, column_name as column from information_schema.columns
     join information_schema.tables using (table_schema, table_name)
     where table_type = 'BASE TABLE' and table_schema in ('public', 'bullmq')`,
  );
  const forms = [text, Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64').replaceAll('=', '')];
  const places: string[] = [];
  for (const { schema, table, column } of columns) {
    const { rowCount } = await outside.query(
      `select from ${escapeIdentifier(schema)}.${escapeIdentifier(table)}
       where exists (select from unnest($1::text[]) as form where strpos(${escapeIdentifier(column)}::text, form) > 0) limit 1`,
      [forms],
    );
    if (rowCount) places.push(`${table}.${column}`);
  }
  return places;
}

const send = async (person: Person, way: keyof typeof WAYS, text: string) => {
  const { method, path, body } = await (WAYS[way] as (typeof WAYS)[string])(text, person);
  const headers = { 'Idempotency-Key': randomUUID() };
  const first = await person.send(method, path, { body, headers });
  const again = await person.send(method, path, { body, headers });
  return { first, again };
};
const newText = () => `canary ${randomUUID()}`;

describe('a text that somebody writes', () => {
  it('goes in only where this test looks', () => {
    const covered = Object.keys(WAYS).flatMap((way) => {
      const [method, path, ...fields] = way.split(' ');
      return fields.map((field) => `${method} ${path} ${field}`);
    });
    // An item of a batch is judged by itself, so the batch's schema does not name its fields.
    const named = covered.filter((place) => !place.includes('/batch'));
    expect(placesOfTexts()).toEqual([...named, 'POST /auth/login name'].sort());
  });

  it('would be found, were it stored as it is', async () => {
    const [person, text] = [await api.person(), newText().slice(0, 30)];
    await person.send('PUT', '/v1/me/devices/tablet', { body: { name: 'Tablet', platform: text } });
    expect(await found(text)).toEqual(['device.platform']);
  });

  it.each(Object.keys(WAYS))('through %s stands nowhere in the database and in no log line', async (way) => {
    const [person, text] = [await api.person(), newText()];
    const { first, again } = await send(person, way, text);
    expect(first.status).toBeLessThan(300);
    expect(again.status).toBe(first.status);
    const refused = await send(person, way, `${text}${' and so on'.repeat(500)}`);
    expect(refused.first.status).toBe(way.includes('batch') ? 200 : 400);
    expect(await found(text)).toEqual([]);
    expect(JSON.stringify(api.logLines)).not.toContain(text);
    expect(await api.deps.metrics.registry.metrics()).not.toContain(text);
  });

  it('through signing in, too', async () => {
    const [person, text] = [await api.person(), newText()];
    const [password, email] = [`${randomUUID()} of a test`, `${newId()}@example.org`];
    await outside.query('update account set email = $2, email_normalized = $2, password_hash = $3 where id = $1', [
      person.id,
      email,
      await api.deps.passwords.hash(password),
    ]);
    const device = { deviceId: 'new', name: text, platform: 'android' };
    const { status } = await api.send('POST', '/v1/auth/login', { body: { email, password, device } });
    expect(status).toBe(200);
    const { body } = await person.send('GET', '/v1/me/sessions');
    expect(body).toMatchObject({ items: [{ deviceName: text }, { deviceName: 'Phone' }] });
    expect(await found(text)).toEqual([]);
    expect(JSON.stringify(api.logLines)).not.toContain(text);
  });
});
