import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';

const getHealth = defineRoute(
  {
    method: 'GET',
    path: '/health',
    summary: 'See whether the API answers',
    tag: 'meta',
    who: 'anyone',
    limit: 'none',
    response: z.object({ status: z.literal('ok') }),
  },
  async () => ({ body: { status: 'ok' } }),
);

export const metaRoutes: readonly Route[] = [getHealth];
