import { z } from 'zod';
import { filterCheckins, NewCheckin } from '../../../shared/emotions/index.ts';
import { boundedText } from '../../../shared/platform/bounded-text.ts';
import { Instant } from '../../../shared/platform/time/instant.ts';
import { decodeCursor, encodeCursor, PageQuery, pageOf } from '../../paging.ts';
import { defineRoute } from '../../route.ts';
import { orderedBounds } from '../ordered-bounds.ts';
import { ownCipher } from '../own-cipher.ts';
import { CheckinView } from './checkin-view.ts';
import { Position } from './checkins.ts';

const { emotionTypeId: EmotionTypeId, intensity: Intensity } = NewCheckin.shape;

const CheckinFilter = z
  .strictObject({
    from: Instant.meta({ description: 'Felt at this instant or later.' }),
    to: Instant.meta({ description: 'Felt before this instant; not before `from`.' }),
    emotionTypeIds: z.array(EmotionTypeId).min(1).max(100).meta({ description: 'Any of these.' }),
    minIntensity: Intensity,
    maxIntensity: Intensity.meta({ description: 'Not less than `minIntensity`.' }),
    context: boundedText(100).min(1).meta({ description: 'Somewhere in the context, whatever its case and accents.' }),
  })
  .partial()
  .check(
    orderedBounds(
      { low: 'from', high: 'to', message: 'Before `from`.' },
      { low: 'minIntensity', high: 'maxIntensity', message: 'Less than `minIntensity`.' },
    ),
  )
  .meta({ id: 'CheckinFilter', description: 'All that is given must hold.' });

export const postFilter = defineRoute(
  {
    method: 'POST',
    path: '/emotions/filter',
    summary: 'List those of your check-ins that pass a filter, the latest first',
    description:
      'Contexts are stored encrypted, and only so many are looked at for each page: with `context` a page may hold fewer than `limit`, even none, and still have a `nextCursor`. The cursor goes on with the same filter.',
    tag: 'emotions',
    who: 'user',
    query: PageQuery,
    body: CheckinFilter,
    response: pageOf(CheckinView),
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, query: { limit, cursor }, body: filter, prepared: cipher }) => {
      const after = decodeCursor(Position, cursor);
      const { items, next } = await filterCheckins(tx, user.id, cipher, filter, { limit, after });
      return { body: { items, nextCursor: next && encodeCursor(next) } };
    },
  },
);
