import { z } from 'zod';
import { journalPurge } from '../../../jobs/journal-purge/contract.ts';
import { deleteJournal, restoreJournal } from '../../../shared/journals/index.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { notFound, permanent } from '../../../shared/platform/errors.ts';
import { JournalId } from '../../../shared/platform/ids.ts';
import { defineRoute } from '../../route.ts';
import { ownCipher } from '../own-cipher.ts';
import { ownJournal } from './read.ts';
import { JournalView } from './views.ts';

const params = z.object({ id: JournalId });

export const removeJournal = defineRoute(
  {
    method: 'DELETE',
    path: '/journals/{id}',
    summary: 'Delete a voice journal',
    description: `It is gone from every answer at once, and can be restored for 7 days. Then the recording is deleted for good, with every version of it.

The day still counts for the streak, and check-ins recorded with the journal stay.`,
    tag: 'journals',
    who: 'user',
    params,
  },
  async ({ tx, user, params: { id }, clock }) => {
    const deletion = await deleteJournal(tx, id, clock.now());
    if (!deletion) throw notFound('journal');
    const { deletedAt, purgeAt } = deletion;
    enqueue(tx, journalPurge, { userId: user.id, journalId: id, deletedAt }, { dueAt: purgeAt });
    return {};
  },
);

export const postRestore = defineRoute(
  {
    method: 'POST',
    path: '/journals/{id}/restore',
    summary: 'Take the deletion of a voice journal back',
    description: 'Within 7 days; later it is a 409, and once nothing is left a 404. Said again, it answers the same.',
    tag: 'journals',
    who: 'user',
    params,
    response: JournalView,
    problems: ['conflict'],
  },
  {
    prepare: ownCipher,
    // The planned purge is left to find out by itself that there is nothing to do.
    handle: async ({ tx, params: { id }, clock, prepared: cipher }) => {
      const restoration = await restoreJournal(tx, id, clock.now());
      if (!restoration) throw notFound('journal');
      if (restoration === 'too_late')
        throw permanent('conflict', 'It was deleted more than 7 days ago and cannot be restored any more.');
      return { body: await ownJournal(tx, cipher, id) };
    },
  },
);
