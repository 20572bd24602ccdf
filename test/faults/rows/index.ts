import { workerKilled } from './f01-worker-killed.ts';
import { jobKillsWorker } from './f02-job-kills-worker.ts';
import { redisEmptied } from './f09-redis-emptied.ts';
import { crashAtBoundaries } from './f14-crash-at-boundaries.ts';
import { manyRelays } from './f15-many-relays.ts';
import type { FaultRow } from './row.ts';

/** Every fault that is injected by `npm run faults`. */
export const rows: readonly FaultRow[] = [workerKilled, jobKillsWorker, redisEmptied, crashAtBoundaries, manyRelays];

/** Faults that must be survived and for which there is no run yet. */
export const NOT_BUILT: readonly string[] = [
  'F3 deploy',
  'F4 zombie',
  'F5 CPU hog',
  'F6 Redis killed',
  'F7 Redis away',
  'F8 Redis frozen',
  'F10 Redis full',
  'F11 wrong policy',
  'F12 PostgreSQL killed',
  'F13 PostgreSQL frozen or out of connections',
  'F16 clock',
  'F17 FCM, mail, S3',
  'F18 poison payload',
  'F19 two versions at once',
  'F20 backlog',
  'F21 flood by one user',
  'F22 soak',
];
