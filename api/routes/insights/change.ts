import { z } from 'zod';
import { deleteInsights, setHidden } from '../../../shared/insights/index.ts';
import { notFound } from '../../../shared/platform/errors.ts';
import { InsightId } from '../../../shared/platform/ids.ts';
import { defineRoute } from '../../route.ts';

const params = z.object({ id: InsightId });

export const putHidden = hiding('PUT', 'Hide an insight', true);
export const deleteHidden = hiding('DELETE', 'Show an insight again', false);

/** Said again, both change nothing. */
function hiding(method: 'PUT' | 'DELETE', summary: string, isHidden: boolean) {
  return defineRoute(
    { method, path: '/emotions/insights/{id}/hidden', summary, tag: 'emotions', who: 'user', params },
    async ({ tx, user, params: { id }, clock }) => {
      if (!(await setHidden(tx, user.id, id, isHidden ? clock.now() : null))) throw notFound('insight');
      return {};
    },
  );
}

export const deleteInsight = defineRoute(
  {
    method: 'DELETE',
    path: '/emotions/insights/{id}',
    summary: 'Delete an insight',
    description: 'With its numbers. The same is not found again for 90 days.',
    tag: 'emotions',
    who: 'user',
    params,
  },
  async ({ tx, user, params: { id }, clock }) => {
    if ((await deleteInsights(tx, user.id, clock.now(), id)) === 0) throw notFound('insight');
    return {};
  },
);

export const deleteAllInsights = defineRoute(
  {
    method: 'DELETE',
    path: '/emotions/insights',
    summary: 'Delete all of your insights',
    description:
      'Hidden ones too. What was among them is not found again for 90 days; to have no others, withdraw `insights`.',
    tag: 'emotions',
    who: 'user',
  },
  async ({ tx, user, clock }) => {
    await deleteInsights(tx, user.id, clock.now());
    return {};
  },
);
