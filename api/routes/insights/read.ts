import { z } from 'zod';
import { hasConsent } from '../../../shared/accounts/index.ts';
import { findInsight, listInsights } from '../../../shared/insights/index.ts';
import { notFound } from '../../../shared/platform/errors.ts';
import { InsightId } from '../../../shared/platform/ids.ts';
import { decodeCursor, PageQuery, page, pageOf } from '../../paging.ts';
import { defineRoute } from '../../route.ts';
import { InsightView, insightView } from './view.ts';

const Flag = z.enum(['true', 'false']).default('false');

export const getInsights = defineRoute(
  {
    method: 'GET',
    path: '/emotions/insights',
    summary: 'Read what your check-ins show, in sentences',
    description: `What every run of the last two weeks has found in trends and patterns of all windows, the newest first, with every number a sentence rests on: something is told once every run has found it for 14 days, until one does not.
They say what goes together and how often, never why. Something about moods that got lower comes at most once a week, with a link.

Without your consent to \`insights\` they are off and the list is empty: \`PUT /v1/me/consents\` switches them on and off.`,
    tag: 'emotions',
    who: 'user',
    query: z.object({
      ...PageQuery.shape,
      hidden: Flag.meta({ description: '`true`: also those that you have hidden' }),
    }),
    response: pageOf(InsightView).extend({
      on: z.boolean().meta({ description: 'Whether you agree to `insights`' }),
    }),
  },
  async ({ tx, user, query: { limit, cursor, hidden }, deps }) => {
    const after = decodeCursor(InsightId, cursor);
    if (!(await hasConsent(tx, 'insights'))) return { body: { items: [], nextCursor: null, on: false } };
    const insights = await listInsights(tx, user.id, { hidden: hidden === 'true', after, limit: limit + 1 });
    const item = (insight: (typeof insights)[number]) => insightView(insight, deps.config.SUPPORT_URL);
    return { body: { ...page(insights, limit, { item, key: ({ id }) => id }), on: true } };
  },
);

export const getInsight = defineRoute(
  {
    method: 'GET',
    path: '/emotions/insights/{id}',
    summary: 'Read one insight',
    description: 'Not while they are off.',
    tag: 'emotions',
    who: 'user',
    params: z.object({ id: InsightId }),
    response: InsightView,
  },
  async ({ tx, user, params: { id }, deps }) => {
    const insight = (await hasConsent(tx, 'insights')) ? await findInsight(tx, user.id, id) : null;
    if (!insight) throw notFound('insight');
    return { body: insightView(insight, deps.config.SUPPORT_URL) };
  },
);
