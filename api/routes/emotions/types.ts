import { z } from 'zod';
import { listEmotionTypes } from '../../../shared/emotions/index.ts';
import { decodeCursor, page, pageOf, WholePageQuery } from '../../paging.ts';
import { defineRoute } from '../../route.ts';

const EmotionTypeView = z
  .object({
    id: z.int(),
    name: z.string(),
    description: z.string(),
    category: z.string(),
    valence: z.number().min(-1).max(1).meta({ description: 'From -1, unpleasant, to 1, pleasant' }),
  })
  .meta({ id: 'EmotionType' });

export const getEmotionTypes = defineRoute(
  {
    method: 'GET',
    path: '/emotion-types',
    summary: 'List the feelings a check-in can name',
    tag: 'emotions',
    who: 'user',
    query: WholePageQuery,
    response: pageOf(EmotionTypeView),
  },
  async ({ tx, query: { limit, cursor } }) => {
    const after = decodeCursor(z.int(), cursor) ?? 0;
    const types = (await listEmotionTypes(tx)).filter(({ id }) => id > after);
    return { body: page(types, limit, { item: (type) => type, key: ({ id }) => id }) };
  },
);
