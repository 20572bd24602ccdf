import { afterAll, expect } from '@jest/globals';
import { z } from 'zod';
import { decodeCursor, PageQuery, pageOf } from '../../../api/paging.ts';
import { defineRoute, type Route } from '../../../api/route.ts';
import { servedAlone } from '../../support/api/served-alone.ts';

/** Routes for bad input, none of which may ever be taken for a fault of ours. */
export function notesApi(settings: Record<string, string> = {}) {
  const api = servedAlone(noteRoutes, settings);
  afterAll(() => expect(api.deps.logLines.filter(({ level }) => level === 'error')).toEqual([]));
  return api;
}

const Note = z.strictObject({
  text: z.string().max(4000),
  intensity: z.int().min(1).max(10),
  more: z.json().optional(),
});
const NoteView = z.object({ text: z.string(), intensity: z.number() });

/** A route of every kind that takes input. */
const noteRoutes: readonly Route[] = [
  defineRoute(
    { method: 'POST', path: '/notes', summary: 'Write', tag: 'meta', who: 'anyone', body: Note, response: NoteView },
    async ({ body }) => ({ body }),
  ),
  defineRoute(
    {
      method: 'POST',
      path: '/notes/batch',
      summary: 'Batch',
      tag: 'meta',
      who: 'anyone',
      body: z.strictObject({ items: z.array(z.string()) }),
      bodyLimit: 'batch',
    },
    async () => ({}),
  ),
  defineRoute(
    {
      method: 'POST',
      path: '/notes/import',
      summary: 'Import',
      tag: 'meta',
      who: 'anyone',
      body: z.string(),
      bodyLimit: 'import',
      bodyType: 'text/csv',
    },
    async () => ({}),
  ),
  defineRoute(
    {
      method: 'GET',
      path: '/notes',
      summary: 'List',
      tag: 'meta',
      who: 'anyone',
      query: PageQuery,
      response: pageOf(NoteView),
    },
    async ({ query }) => {
      decodeCursor(z.uuid(), query.cursor);
      return { body: { items: [], nextCursor: null } };
    },
  ),
  defineRoute(
    {
      method: 'GET',
      path: '/notes/{id}',
      summary: 'One',
      tag: 'meta',
      who: 'anyone',
      params: z.object({ id: z.uuid() }),
      response: NoteView,
    },
    async () => ({ body: { text: 'x', intensity: 1 } }),
  ),
  defineRoute({ method: 'POST', path: '/notes/clear', summary: 'Clear', tag: 'meta', who: 'anyone' }, async () => ({})),
  defineRoute({ method: 'GET', path: '/mine', summary: 'Mine', tag: 'meta', who: 'user' }, async () => ({})),
];
