import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountRoutes } from '../../../api/routes/accounts/index.ts';
import { emotionRoutes } from '../../../api/routes/emotions/index.ts';
import { listCheckins, recordCheckin } from '../../../shared/emotions/index.ts';
import { masterKeyThrottled, masterKeyUnavailable } from '../../../shared/platform/kms/errors.ts';
import { localKeyWrapping } from '../../../shared/platform/kms/local.ts';
import type { KeyWrapping } from '../../../shared/platform/kms/port.ts';
import { createUserKeys } from '../../../shared/privacy/index.ts';
import { type ServedApi, serveRoutes } from '../../support/api/served.ts';
import { newAccount } from '../../support/factories.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { testUserKeys } from '../../support/sealed.ts';

const own = ownDatabase();

describe('a stored note', () => {
  const unreadable = { code: 'sealed_text_unreadable', class: 'permanent' };

  /** Somebody with one check-in. */
  async function writer() {
    const userId = await newAccount(own.api);
    const cipher = await testUserKeys(own.api).cipherOf(userId);
    const now = own.clock.now();
    const checkin = {
      emotionTypeId: 1,
      intensity: 5,
      notes: 'notes',
      context: 'context',
      occurredAt: now,
      timeZone: 'UTC',
    };
    const { id } = await own.as(userId, (tx) => recordCheckin(tx, userId, cipher, checkin, now));
    return { id, read: () => own.as(userId, (tx) => listCheckins(tx, userId, cipher, { limit: 10 })) };
  }

  it('is read as it was written', async () => {
    const { read } = await writer();
    expect(await read()).toMatchObject([{ notes: 'notes', context: 'context' }]);
  });

  it('is not read as anything else of its writer', async () => {
    const { id, read } = await writer();
    await own.look('update checkin set context_sealed = notes_sealed where id = $1', [id]);
    await expect(read()).rejects.toMatchObject(unreadable);
  });

  it('is not read by anybody whose row it is moved into', async () => {
    const [ada, ben] = [await writer(), await writer()];
    await own.look('update checkin set notes_sealed = (select notes_sealed from checkin where id = $1) where id = $2', [
      ada.id,
      ben.id,
    ]);
    await expect(ben.read()).rejects.toMatchObject(unreadable);
    expect(await ada.read()).toHaveLength(1);
  });
});

describe('over HTTP', () => {
  let api: ServedApi;
  beforeAll(async () => {
    api = await serveRoutes([...accountRoutes, ...emotionRoutes]);
  });
  afterAll(() => api.close());

  const checkin = () => ({
    emotionTypeId: 1,
    intensity: 5,
    notes: 'calm',
    occurredAt: api.deps.clock.now().toString(),
    timeZone: 'UTC',
  });
  /** As long as `work` takes, what the keeper of the master key answers. */
  async function withKeeper<Result>(unwrap: KeyWrapping['unwrap'], work: () => Promise<Result>): Promise<Result> {
    const { userKeys, database } = api.deps;
    const wrapping = { ...localKeyWrapping(['x'.repeat(32)]), unwrap };
    api.deps.userKeys = createUserKeys({ database, wrapping });
    try {
      return await work();
    } finally {
      api.deps.userKeys = userKeys;
    }
  }

  it('a display name is what somebody wants to be called, or nothing', async () => {
    const ana = await api.person();
    const named = async () => (await ana.send('GET', '/v1/me')).body['displayName'];
    expect(await named()).toBeNull();
    const longest = 'ñ'.repeat(100);
    for (const displayName of ['Ana 🏡', longest, null]) {
      expect(await ana.send('PATCH', '/v1/me', { body: { displayName } })).toMatchObject({
        status: 200,
        body: { displayName },
      });
      expect(await named()).toBe(displayName);
    }
    for (const displayName of ['', ' ', `${longest}n`, 'two\nlines', 7])
      expect((await ana.send('PATCH', '/v1/me', { body: { displayName } })).status).toBe(400);
  });

  it('a display name stays when something else changes, and the ETag tells that it has changed', async () => {
    const ana = await api.person();
    const { headers } = await ana.send('PATCH', '/v1/me', { body: { displayName: 'Ana' } });
    const { body } = await ana.send('PATCH', '/v1/me', { body: { dayCutOff: 4 } });
    expect(body).toMatchObject({ displayName: 'Ana', dayCutOff: 4 });
    const stale = { 'If-Match': headers.get('ETag') ?? '' };
    expect((await ana.send('PATCH', '/v1/me', { body: { displayName: 'Anna' }, headers: stale })).status).toBe(412);
  });

  it.each([
    ['cannot be reached', masterKeyUnavailable(), 'unavailable'],
    ['asks for a pause', masterKeyThrottled(), 'unavailable'],
  ])('a keeper of the master key that %s makes it 503, and come again', async (_what, failure, code) => {
    const ana = await api.person();
    const reply = await withKeeper(
      () => Promise.reject(failure),
      () => ana.send('POST', '/v1/emotions', { body: checkin() }),
    );
    expect(reply).toMatchObject({ status: 503, body: { code } });
    expect(reply.headers.get('Retry-After')).toBe('2');
    expect((await ana.send('POST', '/v1/emotions', { body: checkin() })).status).toBe(201);
  });

  it('a wrong master key makes it 503 as well, and says nothing of itself', async () => {
    const ana = await api.person();
    const { unwrap } = localKeyWrapping(['another secret, of thirty-two characters']);
    const reply = await withKeeper(unwrap, () => ana.send('GET', '/v1/emotions'));
    expect(reply).toMatchObject({ status: 503, body: { code: 'master_key_refused' } });
    expect(reply.text).not.toMatch(/local:|SECRET/);
  });

  it('a keeper that does not answer holds up nobody who needs no key', async () => {
    const ana = await api.person();
    const { promise, reject } = Promise.withResolvers<Buffer>();
    const people = await Promise.all(Array.from({ length: 20 }, () => api.person()));
    await withKeeper(
      () => promise,
      async () => {
        const waiting = people.map((person) => person.send('POST', '/v1/emotions', { body: checkin() }));
        expect((await ana.send('GET', '/v1/emotion-types')).status).toBe(200);
        reject(masterKeyUnavailable());
        expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(people.map(() => 503));
      },
    );
  });

  it('a repeated request is answered as the first was, from an answer that is kept sealed', async () => {
    const ana = await api.person();
    const request = { body: checkin(), headers: { 'Idempotency-Key': randomUUID() } };
    const first = await ana.send('POST', '/v1/emotions', request);
    const again = await ana.send('POST', '/v1/emotions', request);
    expect(again.body).toEqual(first.body);
    const kept = await api.deps.database.transaction({ userId: ana.id }, (tx) =>
      tx.query('select body, body_sealed is not null as sealed from idempotency_key where user_id = $1', [ana.id]),
    );
    expect(kept).toEqual([{ body: null, sealed: true }]);
  });
});
