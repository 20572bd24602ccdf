import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { JournalId, UserId } from '../../shared/platform/ids.ts';
import { InstantText } from '../../shared/platform/time/instant.ts';

/** Really deletes a journal that its owner deleted and did not want back. Planned in the transaction that deletes it. */
export const journalPurge = defineJob({
  name: 'journal.purge',
  version: 1,
  pool: 'audio',
  lane: 'low',
  payload: z.object({ userId: UserId, journalId: JournalId, deletedAt: InstantText }),
  // By the deletion, not by the journal: deleted again after a restore, it must not be taken for the one planned earlier.
  coalesce: ({ journalId, deletedAt }) => `${journalId} ${deletedAt}`,
  retry: { attempts: 50, firstDelay: '2s', maxDelay: '30m' },
  timeLimit: '10m',
});
