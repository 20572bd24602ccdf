import { z } from 'zod';
import { changeTitle } from '../../../shared/journals/index.ts';
import { boundedText } from '../../../shared/platform/bounded-text.ts';
import { notFound } from '../../../shared/platform/errors.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';
import { ownJournal } from './read.ts';
import { JournalView } from './views.ts';

export const changeJournal = defineRoute(
  {
    method: 'PATCH',
    path: '/journals/{id}',
    summary: 'Give a voice journal another title',
    tag: 'journals',
    who: 'user',
    params: z.object({ id: JournalId }),
    body: z.strictObject({ title: boundedText(200).nullable().meta({ description: '`null` takes it away.' }) }),
    response: JournalView,
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, params: { id }, body: { title }, clock, prepared: cipher }) => {
      if (!(await changeTitle(tx, cipher, id, title, clock.now()))) throw notFound('journal');
      return { body: await ownJournal(tx, cipher, id) };
    },
  },
);
