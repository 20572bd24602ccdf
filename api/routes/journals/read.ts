import { z } from 'zod';
import { findJournal, type Journal, listJournals } from '../../../shared/journals/index.ts';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import { notFound } from '../../../shared/platform/errors.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import type { UserCipher } from '../../../shared/privacy/index.ts';
import { decodeCursor, InstantKey, PageQuery, page, pageOf } from '../../paging.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';
import { JournalView } from './views.ts';

export async function ownJournal(tx: Transaction, cipher: UserCipher, id: JournalId): Promise<Journal> {
  const journal = await findJournal(tx, cipher, id);
  if (!journal) throw notFound('journal');
  return journal;
}

export const getJournal = defineRoute(
  {
    method: 'GET',
    path: '/journals/{id}',
    summary: 'Read a voice journal',
    description: 'Also whether its recording was accepted: `audio.status`, and `audio.reason` where it was not.',
    tag: 'journals',
    who: 'user',
    params: z.object({ id: JournalId }),
    response: JournalView,
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, params: { id }, prepared: cipher }) => ({ body: await ownJournal(tx, cipher, id) }),
  },
);

export const Position = z.object({ recordedAt: InstantKey, id: JournalId });

export const getJournals = defineRoute(
  {
    method: 'GET',
    path: '/journals',
    summary: 'List your voice journals, the latest first',
    tag: 'journals',
    who: 'user',
    query: PageQuery,
    response: pageOf(JournalView),
  },
  {
    prepare: ownCipher,
    handle: async ({ tx, user, query: { limit, cursor }, prepared: cipher }) => {
      const after = decodeCursor(Position, cursor);
      const journals = await listJournals(tx, user.id, cipher, { after, limit: limit + 1 });
      return {
        body: page(journals, limit, {
          item: (journal) => journal,
          key: ({ recordedAt, id }) => ({ recordedAt, id }),
        }),
      };
    },
  },
);
