import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { ExportId, UserId } from '../../shared/platform/ids.ts';

/** Makes an export of one journal. */
export const journalExport = defineJob({
  name: 'journal.export',
  version: 1,
  pool: 'audio',
  // Nobody's recording waits to be judged because somebody takes theirs home.
  lane: 'low',
  payload: z.object({ userId: UserId, exportId: ExportId }),
  retry: { attempts: 20, firstDelay: '2s', maxDelay: '30m' },
  timeLimit: '6h',
  followed: true,
});
