import { z } from 'zod';
import { pageOf } from '../../../api/paging.ts';
import { defineRoute, type Route } from '../../../api/route.ts';

export const Tool = z.object({
  id: z.int(),
  title: z.string(),
  category: z.object({ id: z.int(), name: z.string() }).nullable(),
  steps: z.array(z.object({ text: z.string(), seconds: z.int() })).optional(),
});
const tool = {
  id: 1,
  title: 'Breathe',
  category: { id: 7, name: 'Calm', secretRank: 3 },
  steps: [{ text: 'in', seconds: 4 }],
  ownerId: 'not for others',
};

export const get = { method: 'GET', summary: 'x', tag: 'meta', who: 'anyone' } as const;

/** Routes that read one thing, list it, find it and create it. */
export const toolRoutes: readonly Route[] = [
  defineRoute({ ...get, path: '/tools/{id}', params: z.object({ id: z.literal('1') }), response: Tool }, async () => ({
    body: tool,
  })),
  defineRoute({ ...get, path: '/tools', response: pageOf(Tool) }, async () => ({
    body: { items: [tool], nextCursor: 'next' },
  })),
  defineRoute({ ...get, path: '/tools/search', response: Tool }, async () => ({ body: { ...tool, title: 'found' } })),
  defineRoute(
    { method: 'POST', path: '/tools', summary: 'x', tag: 'meta', who: 'anyone', response: Tool, status: 201 },
    async () => ({ body: tool, location: '/v1/tools/1' }),
  ),
];
