import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';

/** Deletes the files of imports that have failed for good, were cancelled, or never began. */
export const importsSweep = defineJob({
  name: 'imports.sweep',
  version: 1,
  pool: 'housekeeping',
  lane: 'low',
  payload: z.object({}),
  coalesce: () => 'sweep',
  retry: { attempts: 5, firstDelay: '10s', maxDelay: '5m' },
  timeLimit: '10m',
});
