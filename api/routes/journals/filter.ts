import { z } from 'zod';
import { filterJournals } from '../../../shared/journals/index.ts';
import { boundedText } from '../../../shared/platform/bounded-text.ts';
import { Instant } from '../../../shared/platform/time/instant.ts';
import { decodeCursor, encodeCursor, PageQuery, pageOf } from '../../paging.ts';
import { defineRoute } from '../../route.ts';
import { orderedBounds } from '../ordered-bounds.ts';
import { ownCipher } from '../own-cipher.ts';
import { Position } from './read.ts';
import { JournalView } from './views.ts';

const Seconds = z.number().min(0).max(86_400);

const JournalFilter = z
  .strictObject({
    from: Instant.meta({ description: 'Recorded at this instant or later.' }),
    to: Instant.meta({ description: 'Recorded before this instant; not before `from`.' }),
    favorite: z.boolean(),
    emotionTypeId: z.int32().meta({ description: 'Of the check-in before or after.' }),
    minSeconds: Seconds,
    maxSeconds: Seconds.meta({ description: 'Not less than `minSeconds`.' }),
    title: boundedText(200).min(1).meta({ description: 'Somewhere in the title, whatever its case and accents.' }),
  })
  .partial()
  .check(
    orderedBounds(
      { low: 'from', high: 'to', message: 'Before `from`.' },
      { low: 'minSeconds', high: 'maxSeconds', message: 'Less than `minSeconds`.' },
    ),
  )
  .meta({ id: 'JournalFilter', description: 'All that is given must hold.' });

export const postFilter = defineRoute(
  {
    method: 'POST',
    path: '/journals/filter',
    summary: 'List those of your voice journals that pass a filter, the latest first',
    description:
      'Titles are stored encrypted, and only so many are looked at for each page: with `title` a page may hold fewer than `limit`, even none, and still have a `nextCursor`. The cursor goes on with the same filter.',
    tag: 'journals',
    who: 'user',
    query: PageQuery,
    body: JournalFilter,
    response: pageOf(JournalView),
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, query: { limit, cursor }, body: filter, prepared: cipher }) => {
      const after = decodeCursor(Position, cursor);
      const { items, next } = await filterJournals(tx, user.id, cipher, filter, { limit, after });
      return { body: { items, nextCursor: next && encodeCursor(next) } };
    },
  },
);
