import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { JournalId, UserId } from '../../shared/platform/ids.ts';

/** Ends one upload that was never finished. */
export const audioExpire = defineJob({
  name: 'audio.expire',
  version: 1,
  pool: 'audio',
  lane: 'low',
  payload: z.object({ userId: UserId, journalId: JournalId }),
  coalesce: ({ journalId }) => journalId,
  retry: { attempts: 10, firstDelay: '10s', maxDelay: '30m' },
});
