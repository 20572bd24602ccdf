import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { JournalId, UserId } from '../../shared/platform/ids.ts';

/** Judges one uploaded recording by what can be judged without its key. */
export const audioValidate = defineJob({
  name: 'audio.validate',
  version: 1,
  pool: 'audio',
  lane: 'normal',
  payload: z.object({ userId: UserId, journalId: JournalId }),
  // An object store that is away for most of a day costs nobody a recording.
  retry: { attempts: 50, firstDelay: '2s', maxDelay: '30m' },
  timeLimit: '10m',
  followed: true,
});
