import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/** Finds deleted journals whose own `journal.purge` has not come to its end, and plans it anew. */
export const journalsPurge = defineJob({
  name: 'journals.purge',
  version: 1,
  pool: 'housekeeping',
  lane: 'low',
  payload: z.object({}),
  coalesce: () => 'purge',
  retry: { attempts: 10, firstDelay: '10s', maxDelay: '30m' },
});
