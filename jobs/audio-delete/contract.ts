import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { JournalId, UserId } from '../../shared/platform/ids.ts';

/** Deletes everything that was uploaded for a journal that was rejected or has expired, and what came late for a valid one. */
export const audioDelete = defineJob({
  name: 'audio.delete',
  version: 1,
  pool: 'audio',
  // It may be somebody's voice in the clear.
  lane: 'high',
  payload: z.object({ userId: UserId, journalId: JournalId }),
  retry: { attempts: 50, firstDelay: '2s', maxDelay: '30m' },
  timeLimit: '5m',
});
