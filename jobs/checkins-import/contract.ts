import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { ImportId, UserId } from '../../shared/platform/ids.ts';

/** Records the check-ins of an uploaded file. */
export const checkinsImport = defineJob({
  name: 'checkins.import',
  version: 1,
  pool: 'trends',
  lane: 'low',
  payload: z.object({ userId: UserId, importId: ImportId }),
  retry: { attempts: 20, firstDelay: '2s', maxDelay: '30m' },
  timeLimit: '10m',
  followed: true,
});
