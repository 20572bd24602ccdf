import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineRoute } from '../../../api/route.ts';
import { permanent } from '../../../shared/platform/errors.ts';
import { newId, type UserId } from '../../../shared/platform/ids.ts';
import { type Person, type ServedApi, serveRoutes } from '../../support/api/served.ts';

const Note = z.strictObject({ text: z.string(), fail: z.boolean().optional() });
const NoteView = z.object({ id: z.uuid(), text: z.string() });

/** Holds the handlers that are inside until it is opened, and says when one is. */
let gate = { entered: Promise.withResolvers<void>(), open: Promise.withResolvers<void>() };
const closeGate = () => {
  gate = { entered: Promise.withResolvers<void>(), open: Promise.withResolvers<void>() };
};

const spec = { summary: 'x', tag: 'meta', body: Note, response: NoteView, status: 201, idempotent: true } as const;
const routes = [
  defineRoute({ ...spec, method: 'POST', path: '/notes', who: 'user' }, async ({ tx, user, body }) => {
    const id = newId();
    await tx.query(
      `insert into consent (id, user_id, purpose, version, granted, recorded_at) values ($1, $2, 'insights', 1, true, now())`,
      [id, user.id],
    );
    if (body.text === 'slow') {
      gate.entered.resolve();
      await gate.open.promise;
    }
    if (body.fail) throw permanent('conflict', 'Not now.');
    return { body: { id, text: body.text }, location: `/v1/notes/${id}`, headers: { 'X-Note': 'new' } };
  }),
  defineRoute({ ...spec, method: 'POST', path: '/strangers', who: 'anyone' }, async ({ body }) => {
    if (body.text === 'slow') {
      gate.entered.resolve();
      await gate.open.promise;
    }
    if (body.fail) throw permanent('conflict', 'Not now.');
    return { body: { id: newId(), text: body.text } };
  }),
];

let api: ServedApi;
let anna: Person;
beforeAll(async () => {
  api = await serveRoutes(routes);
  anna = await api.person();
});
afterAll(() => api.close());

const withKey = (key: string) => ({ headers: { 'Idempotency-Key': key } });
const post = (who: Person, key: string, body: unknown) => who.send('POST', '/v1/notes', { body, ...withKey(key) });
const rowsOf = (userId: UserId) =>
  api.deps.database.transaction({ userId }, (tx) => tx.query('select id from consent'));

describe.each([
  ['somebody signed in', '/v1/notes'],
  ['a stranger', '/v1/strangers'],
])('a request of %s with an Idempotency-Key', (_who, path) => {
  const send = (key: string, body: unknown) => anna.send('POST', path, { body, ...withKey(key) });

  it('sent again gets the first answer', async () => {
    const first = await send('again', { text: 'calm' });
    const second = await send('again', { text: 'calm' });
    expect(first.status).toBe(201);
    expect([second.status, second.body, second.headers.get('location')]).toEqual([
      201,
      first.body,
      first.headers.get('location'),
    ]);
  });

  it('sent again with another body is 422', async () => {
    await send('other', { text: 'calm' });
    expect((await send('other', { text: 'angry' })).body).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
  });

  it('sent again while the first still runs is 409', async () => {
    closeGate();
    const first = send('slow', { text: 'slow' });
    await gate.entered.promise;
    const second = await send('slow', { text: 'slow' });
    gate.open.resolve();
    expect(second.body).toMatchObject({ status: 409, code: 'request_in_progress' });
    expect(second.headers.get('retry-after')).toBe('1');
    expect((await first).status).toBe(201);
    expect((await send('slow', { text: 'slow' })).body).toEqual((await first).body);
  });

  it('that was refused may be sent again', async () => {
    expect((await send('refused', { text: 'calm', fail: true })).status).toBe(409);
    expect((await send('refused', { text: 'calm' })).status).toBe(201);
  });

  it.each([
    ['', 'one that is empty'],
    ['a b', 'one with a blank'],
    ['x'.repeat(256), 'one of 256 characters'],
  ])('must have a good one: not %j (%s)', async (key) => {
    expect((await send(key, { text: 'calm' })).body).toMatchObject({ status: 400, code: 'invalid_idempotency_key' });
  });

  it('is new again after 24 hours', async () => {
    const first = await send('yesterday', { text: 'calm' });
    await age('yesterday', '24 hours 1 second');
    const second = await send('yesterday', { text: 'angry' });
    expect([second.status, second.body['id'] === first.body['id']]).toEqual([201, false]);
  });
});

describe('the key of somebody signed in', () => {
  it('makes one fact of a hundred requests at once', async () => {
    const ben = await api.person();
    const replies = await Promise.all(Array.from({ length: 100 }, () => post(ben, 'burst', { text: 'calm' })));
    const made = replies.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => body['id'])).size).toBe(1);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set(made.length < 100 ? [201, 409] : [201]));
    expect(await rowsOf(ben.id)).toHaveLength(1);
  });

  it('leaves no fact behind when the request is refused', async () => {
    const ben = await api.person();
    await post(ben, 'refused', { text: 'x', fail: true });
    expect(await rowsOf(ben.id)).toEqual([]);
  });

  it('is theirs alone', async () => {
    const [ben, eve] = [await api.person(), await api.person()];
    const [first, second] = [await post(ben, 'same', { text: 'mine' }), await post(eve, 'same', { text: 'hers' })];
    expect([first.body['text'], second.body['text']]).toEqual(['mine', 'hers']);
  });

  it('means one request, not another that happens to have the same body', async () => {
    await post(anna, 'route', { text: 'calm' });
    const reply = await anna.send('POST', '/v1/notes?x=1', { body: { text: 'calm' }, ...withKey('route') });
    expect(reply.status).toBe(400);
  });

  it('is kept with a digest that tells nothing about the body', async () => {
    const [row] = await api.deps.database.transaction({ userId: anna.id }, (tx) =>
      tx.query<{ digest: Buffer }>(`select request_hash as digest from idempotency_key where key = 'again'`),
    );
    expect(row?.digest).toHaveLength(32);
  });
});

describe('the key of a stranger', () => {
  it('is free again a minute after the process that held it has died', async () => {
    closeGate();
    const first = anna.send('POST', '/v1/strangers', { body: { text: 'slow' }, ...withKey('died') });
    await gate.entered.promise;
    await age('died', '61 seconds');
    const reply = await anna.send('POST', '/v1/strangers', { body: { text: 'calm' }, ...withKey('died') });
    gate.open.resolve();
    await first;
    expect(reply.status).toBe(201);
  });
});

/** Lets a key look older than it is. */
async function age(key: string, by: string): Promise<void> {
  for (const userId of [anna.id, null]) {
    await api.deps.database.transaction({ userId }, (tx) =>
      tx.query('update idempotency_key set created_at = created_at - $2::interval where key = $1', [key, by]),
    );
  }
}
