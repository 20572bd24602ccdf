import { describe, expect, it } from '@jest/globals';
import { servedAlone } from '../../support/api/served-alone.ts';
import { toolRoutes } from './tool-routes.ts';

const api = servedAlone(toolRoutes);

describe('fields', () => {
  it.each([
    ['title', { title: 'Breathe' }],
    ['id,category.name', { id: 1, category: { name: 'Calm' } }],
    ['category.name,category', { category: { id: 7, name: 'Calm' } }],
    ['steps.text', { steps: [{ text: 'in' }] }],
  ])('=%s keeps only those', async (fields, expected) => {
    expect((await api.send('GET', `/v1/tools/1?fields=${fields}`)).body).toEqual(expected);
  });

  it('of a list are those of its items', async () => {
    const reply = await api.send('GET', '/v1/tools?fields=id');
    expect(reply.body).toEqual({ items: [{ id: 1 }], nextCursor: 'next' });
  });

  it.each(['ownerId', 'title.x', 'category.secretRank', '', 'id,', '__proto__', 'constructor', 'items'])(
    '=%s is 400, for there is none',
    async (fields) => {
      expect((await api.send('GET', `/v1/tools/1?fields=${fields}`)).body).toMatchObject({ code: 'unknown_field' });
    },
  );
});

describe('an ETag', () => {
  it('saves sending the same again', async () => {
    const first = await api.send('GET', '/v1/tools/1');
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^W\/"[\w-]{27}"$/);
    const second = await api.send('GET', '/v1/tools/1', { headers: { 'If-None-Match': `"other", ${tag}` } });
    expect([second.status, second.text, second.headers.get('etag')]).toEqual([304, '', tag]);
  });

  it('of other fields is another', async () => {
    const tags = await Promise.all(
      ['/v1/tools/1', '/v1/tools/1?fields=id'].map(async (path) => (await api.send('GET', path)).headers.get('etag')),
    );
    expect(new Set(tags).size).toBe(2);
  });

  it('that is not ours changes nothing', async () => {
    expect((await api.send('GET', '/v1/tools/1', { headers: { 'If-None-Match': '"x"' } })).status).toBe(200);
  });
});
