import { consent } from './consent.ts';
import { workerKilled } from './f01-worker-killed.ts';
import { jobKillsWorker } from './f02-job-kills-worker.ts';
import { deploy } from './f03-deploy.ts';
import { zombie } from './f04-zombie.ts';
import { redisKilled } from './f06-redis-killed.ts';
import { redisAway } from './f07-redis-away.ts';
import { redisFrozen } from './f08-redis-frozen.ts';
import { redisEmptied } from './f09-redis-emptied.ts';
import { redisFull } from './f10-redis-full.ts';
import { wrongPolicy } from './f11-wrong-policy.ts';
import { postgresKilled } from './f12-postgres-killed.ts';
import { postgresFrozen } from './f13-postgres-frozen.ts';
import { crashAtBoundaries } from './f14-crash-at-boundaries.ts';
import { manyRelays } from './f15-many-relays.ts';
import { clock } from './f16-clock.ts';
import { poisonPayload } from './f18-poison.ts';
import { backlog } from './f20-backlog.ts';
import { flood } from './f21-flood.ts';
import { loginFlood } from './login-flood.ts';
import type { FaultRow } from './row.ts';
import { slowClients } from './slow-clients.ts';

/** Every fault that is injected by `npm run faults`. */
export const rows: readonly FaultRow[] = [
  workerKilled,
  jobKillsWorker,
  deploy,
  zombie,
  redisKilled,
  redisAway,
  redisFrozen,
  redisEmptied,
  redisFull,
  wrongPolicy,
  postgresKilled,
  postgresFrozen,
  crashAtBoundaries,
  manyRelays,
  clock,
  poisonPayload,
  backlog,
  flood,
  consent,
  slowClients,
  loginFlood,
];

/** Faults that must be survived and for which there is no run yet. */
export const NOT_BUILT: readonly string[] = ['F5 CPU hog', 'F17 FCM, mail, S3', 'F19 two versions at once', 'F22 soak'];
