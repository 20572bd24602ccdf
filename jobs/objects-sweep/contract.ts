import { z } from 'zod';
import { defineJob } from '../../shared/ledger/contract.ts';
import { UserId } from '../../shared/platform/ids.ts';

/** Holds the object store against the rows, both ways. By the clock, or asked for by an operator. */
export const objectsSweep = defineJob({
  name: 'objects.sweep',
  version: 1,
  pool: 'housekeeping',
  lane: 'low',
  payload: z.object({ dryRun: z.boolean(), requestedBy: UserId.optional() }),
  // The job is its operator's: the api may ask for work of its own user only, and shows it to them alone.
  subject: ({ requestedBy }) => requestedBy ?? null,
  coalesce: ({ dryRun, requestedBy }) => `${dryRun ? 'look' : 'sweep'} ${requestedBy ?? ''}`,
  retry: { attempts: 20, firstDelay: '10s', maxDelay: '15m' },
  timeLimit: '12h',
});
