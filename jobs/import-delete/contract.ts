import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { ImportId, UserId } from '../../shared/platform/ids.ts';

/** Deletes the file of an import that is done. */
export const importDelete = defineJob({
  name: 'import.delete',
  version: 1,
  pool: 'housekeeping',
  lane: 'normal',
  payload: z.object({ userId: UserId, importId: ImportId }),
  retry: { attempts: 50, firstDelay: '2s', maxDelay: '30m' },
});
