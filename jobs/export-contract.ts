import { z } from 'zod';
import { defineJob } from '../shared/ledger/contract.ts';
import { ExportId, UserId } from '../shared/platform/ids.ts';

/** A kind of export. They differ in their name, which people see, and in what the stored row asks for. */
export const exportContract = <const Name extends string>(name: Name) =>
  defineJob({
    name,
    version: 1,
    pool: 'audio',
    // Nobody's recording waits to be judged because somebody takes theirs home.
    lane: 'low',
    payload: z.object({ userId: UserId, exportId: ExportId }),
    retry: { attempts: 20, firstDelay: '2s', maxDelay: '30m' },
    timeLimit: '6h',
    followed: true,
  });
