import { describe, expect, it } from '@jest/globals';
import { newId } from '../../../shared/platform/ids.ts';
import { everyPage } from '../../support/api/every-page.ts';
import type { Person } from '../../support/api/served.ts';
import { afterCheckin, emotionsApi, feeling } from './emotions-api.ts';

const api = emotionsApi();

const post = (person: Person, body: unknown, headers: Record<string, string> = {}) =>
  person.send('POST', '/v1/emotions', { body, headers });
const list = async (person: Person, query = '') => (await person.send('GET', `/v1/emotions${query}`)).body;
const idOf = (body: Record<string, unknown>) => String(body['id']);

describe('a check-in', () => {
  it('is recorded with the day it belongs to, and asks for what follows from it', async () => {
    const anna = await api.person();
    const note = { context: 'At home 🏡', notes: 'Slept well.' };
    const reply = await post(anna, { ...feeling, ...note, occurredAt: '2026-03-29T02:30:00+02:00' });
    expect([reply.status, reply.headers.get('location')]).toEqual([201, `/v1/emotions/${idOf(reply.body)}`]);
    expect(reply.body).toEqual({
      id: expect.any(String),
      ...feeling,
      ...note,
      occurredAt: '2026-03-29T00:30:00.000Z',
      localDate: '2026-03-28',
      receivedAt: '2026-03-29T08:00:00.000Z',
      relatedJournalId: null,
      relatedToolId: null,
    });
    expect(await api.jobsOf(anna)).toEqual(afterCheckin);
    expect((await anna.send('GET', `/v1/emotions/${idOf(reply.body)}`)).body).toEqual(reply.body);
  });

  it('lets its trends wait a moment, so that a burst is computed once', async () => {
    const anna = await api.person();
    await Promise.all(Array.from({ length: 5 }, () => post(anna, feeling)));
    const jobs = await api.rowsOf(
      anna,
      `select to_char(due_at at time zone 'UTC', 'HH24:MI:SS') as due, coalesced from job
       where kind = 'trends.recompute' and subject = '${anna.id}'`,
    );
    expect(jobs).toEqual([{ due: '08:00:02', coalesced: 4 }]);
  });

  it('sent twice under one key is recorded once', async () => {
    const anna = await api.person();
    const headers = { 'Idempotency-Key': 'once' };
    const [first, again] = [await post(anna, feeling, headers), await post(anna, feeling, headers)];
    expect(again.body).toEqual(first.body);
    expect((await list(anna))['items']).toHaveLength(1);
  });

  it('may be 5 minutes ahead and as long as allowed, counted in characters', async () => {
    const anna = await api.person();
    const longest = { occurredAt: '2026-03-29T08:05:00Z', context: '🏡'.repeat(100), notes: 'ñ'.repeat(4_000) };
    expect((await post(anna, { ...feeling, ...longest })).status).toBe(201);
  });

  it('cannot refer to a journal that is missing, somebody else’s or deleted', async () => {
    const [anna, ben] = [await api.person(), await api.person()];
    const own = await journalOf(anna);
    const others = [newId(), await journalOf(ben), await journalOf(anna, 'now()')];
    for (const relatedJournalId of others) {
      const { status, body } = await post(anna, { ...feeling, relatedJournalId });
      expect([status, body['code']]).toEqual([404, 'not_found']);
    }
    expect((await post(anna, { ...feeling, relatedJournalId: own })).body['relatedJournalId']).toBe(own);
  });

  it('is somebody else’s like one that is not there', async () => {
    const [anna, ben] = [await api.person(), await api.person()];
    const id = idOf((await post(anna, feeling)).body);
    for (const method of ['GET', 'DELETE'])
      expect((await ben.send(method, `/v1/emotions/${id}`)).body['code']).toBe('not_found');
    expect((await anna.send('GET', `/v1/emotions/${id}`)).status).toBe(200);
  });

  it('can be undone: it no longer counts, and what follows is computed again', async () => {
    const anna = await api.person();
    const id = idOf((await post(anna, feeling)).body);
    expect((await anna.send('GET', '/v1/progress/streak')).body).toMatchObject({ currentStreak: 1 });
    expect((await anna.send('DELETE', `/v1/emotions/${id}`)).status).toBe(204);
    expect((await anna.send('GET', '/v1/progress/streak')).body).toMatchObject({ currentStreak: 0, longestStreak: 0 });
    expect((await anna.send('DELETE', `/v1/emotions/${id}`)).status).toBe(404);
    expect(await api.rowsOf(anna, 'select from activity')).toEqual([]);
  });
});

describe('the list of check-ins', () => {
  it('is the latest first, page by page, without a gap or a repeat', async () => {
    const anna = await api.person();
    const times = ['07:00', '06:00', '07:00', '05:00', '07:00'];
    for (const time of times) await post(anna, { ...feeling, occurredAt: `2026-03-29T${time}:00Z` });
    type Page = { items: { id: string; occurredAt: string }[]; nextCursor: string | null };
    const seen = (await everyPage(2, async (query) => (await list(anna, query)) as Page)).flatMap(({ items }) => items);
    expect(seen.map(({ occurredAt }) => occurredAt.slice(11, 16))).toEqual([
      '07:00',
      '07:00',
      '07:00',
      '06:00',
      '05:00',
    ]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(5);
  });

  it('holds nothing of others and takes no cursor but ours', async () => {
    const [anna, ben] = [await api.person(), await api.person()];
    await post(anna, feeling);
    expect(await list(ben)).toEqual({ items: [], nextCursor: null });
    expect((await list(ben, '?cursor=abc'))['code']).toBe('bad_cursor');
  });
});

describe('emotion types', () => {
  it('are few enough for one page, and pages all the same', async () => {
    const anna = await api.person();
    const { items } = (await anna.send('GET', '/v1/emotion-types')).body as {
      items: { name: string; valence: number }[];
    };
    const moods = [
      { name: 'joy', category: 'pleasant', valence: 1 },
      { name: 'neutral', category: 'neutral', valence: 0 },
      { name: 'sadness', category: 'unpleasant', valence: -1 },
    ];
    expect(items).toEqual(expect.arrayContaining(moods.map((mood) => expect.objectContaining(mood))));
    const first = (await anna.send('GET', '/v1/emotion-types?limit=5')).body;
    const rest = (await anna.send('GET', `/v1/emotion-types?cursor=${first['nextCursor']}`)).body;
    expect([...(first['items'] as unknown[]), ...(rest['items'] as unknown[])]).toEqual(items);
  });
});

describe('progress over HTTP', () => {
  it('refuses an unknown zone', async () => {
    const anna = await api.person();
    const { status } = await anna.send('GET', '/v1/progress/streak', { headers: { 'X-Time-Zone': 'Mars/X' } });
    expect(status).toBe(400);
  });

  it('tells what is still ahead', async () => {
    const anna = await api.person();
    await post(anna, feeling);
    const { items } = (await anna.send('GET', '/v1/progress/achievements')).body as { items: { code: string }[] };
    expect(items[0]).toMatchObject({ code: 'first_checkin', progress: 1, earnedAt: null });
    expect(items.map(({ code }) => code)).not.toContain('all_ways');
  });
});

async function journalOf(person: Person, deletedAt = 'null'): Promise<string> {
  const id = newId();
  await api.rowsOf(
    person,
    `insert into journal (id, user_id, recorded_at, time_zone, local_date, duration_seconds, created_at, updated_at, deleted_at)
     values ('${id}', '${person.id}', now(), 'UTC', now(), 60, now(), now(), ${deletedAt})`,
  );
  return id;
}
