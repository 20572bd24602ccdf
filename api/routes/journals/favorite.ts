import { z } from 'zod';
import { setFavorite } from '../../../shared/journals/index.ts';
import { notFound } from '../../../shared/platform/errors.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import { defineRoute } from '../../route.ts';

export const putFavorite = marking('PUT', 'Make a voice journal a favourite', true);
export const deleteFavorite = marking('DELETE', 'Make a voice journal no longer a favourite', false);

/** Said again, both change nothing. */
function marking(method: 'PUT' | 'DELETE', summary: string, isFavorite: boolean) {
  return defineRoute(
    {
      method,
      path: '/journals/{id}/favorite',
      summary,
      tag: 'journals',
      who: 'user',
      params: z.object({ id: JournalId }),
    },
    async ({ tx, params: { id }, clock }) => {
      if (!(await setFavorite(tx, id, isFavorite, clock.now()))) throw notFound('journal');
      return {};
    },
  );
}
