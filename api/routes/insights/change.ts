import { z } from 'zod';
import { hasConsent } from '../../../shared/accounts/index.ts';
import { deleteInsights, setHidden } from '../../../shared/insights/index.ts';
import { notFound } from '../../../shared/platform/errors.ts';
import { InsightId } from '../../../shared/platform/ids.ts';
import { defineRoute } from '../../route.ts';

const params = z.object({ id: InsightId });

/** What hiding and deleting go by. */
const SAME =
  'Those of kind `trend`, `change_point` and `shift` have one subject, that a level moved: any fall is the same, and any rise.';

export const putHidden = hiding({
  method: 'PUT',
  summary: 'Hide an insight',
  description: `Not while they are off. What is found again of the same subject and direction stays hidden, until you show it again or nothing of it has been told for 90 days. ${SAME}`,
  isHidden: true,
});
export const deleteHidden = hiding({
  method: 'DELETE',
  summary: 'Show an insight again',
  description: 'Not while they are off.',
  isHidden: false,
});

type Hiding = { method: 'PUT' | 'DELETE'; summary: string; description: string; isHidden: boolean };

/** Said again, both change nothing. */
function hiding({ isHidden, ...texts }: Hiding) {
  return defineRoute(
    { ...texts, path: '/emotions/insights/{id}/hidden', tag: 'emotions', who: 'user', params },
    async ({ tx, user, params: { id }, clock }) => {
      const hiddenAt = isHidden ? clock.now() : null;
      const isKnown = (await hasConsent(tx, 'insights')) && (await setHidden(tx, user.id, id, hiddenAt));
      if (!isKnown) throw notFound('insight');
      return {};
    },
  );
}

export const deleteInsight = defineRoute(
  {
    method: 'DELETE',
    path: '/emotions/insights/{id}',
    summary: 'Delete an insight',
    description: `With its numbers, also while they are off. Nothing of the same subject and direction is told again for 90 days. ${SAME}`,
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
      'Hidden ones too, also while they are off. Nothing of their subjects and directions is told again for 90 days, as after deleting each; to have no others, withdraw `insights`.',
    tag: 'emotions',
    who: 'user',
  },
  async ({ tx, user, clock }) => {
    await deleteInsights(tx, user.id, clock.now());
    return {};
  },
);
