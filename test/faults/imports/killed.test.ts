import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProbePoint } from '../../../shared/platform/probe.ts';
import { fileOf, good, type ImportJob, imports, type Person } from '../../integration/imports/imports-fixture.ts';
import { type ChildProcess, startChild } from '../../support/embedded/child-process.ts';
import { freshRedis } from '../../support/redis.ts';
import { bucket, identity } from '../../support/s3-session.ts';
import { makeScratch, type Scratch } from '../../support/scratch.ts';
import { until } from '../../support/until.ts';
import type { FaultPlan } from '../support/fault-plan.ts';

/** For a machine that does much else beside. */
const PATIENCE_MS = 120_000;
const KILLED = 128;
const LINES = 1_400;

const app = imports();
const { fixture } = app;
let scratch: Scratch;
let output: number;
let redis: { url: string };
const workers: ChildProcess[] = [];
beforeAll(async () => {
  scratch = await makeScratch();
  output = openSync(join(scratch.path, 'workers.log'), 'a');
  redis = await freshRedis();
});
afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.end(0))));
afterAll(async () => {
  closeSync(output);
  await scratch.remove();
});

/** Imports and the deletion of their files in a process of its own; waits for somebody's silence are a tenth. */
async function startWorker(plan: FaultPlan = {}): Promise<ChildProcess> {
  const pools = ['trends', 'housekeeping'] as const;
  const worker = await startChild({
    entry: 'test/faults/support/fault-worker.ts',
    output,
    env: {
      APP_ENV: 'test',
      LOG_LEVEL: 'warn',
      SECRET_KEY: fixture.worker.config.SECRET_KEY,
      DATABASE_URL: fixture.worker.database.url,
      QUEUE_BACKEND: 'redis',
      REDIS_URL: redis.url,
      WORKER_POOLS: pools.join(),
      OPS_PORT: '0',
      S3_BUCKET_NAME: bucket,
      S3_ENDPOINT: fixture.s3.standIn.url,
      AWS_REGION: identity.region,
      AWS_ACCESS_KEY_ID: identity.accessKeyId,
      AWS_SECRET_ACCESS_KEY: identity.secretAccessKey,
      FAULT_PLAN: JSON.stringify({ pools, jobs: 'project', haste: 10, ...plan }),
    },
  });
  workers.push(worker);
  return worker;
}

const killedAt = async (at: ProbePoint, times: number) =>
  expect(await (await startWorker({ crash: { at, times } })).exited).toBe(KILLED);

async function ended(person: Person, reply: Parameters<typeof app.jobOf>[1]): Promise<ImportJob> {
  await startWorker();
  return until(
    'the import ends',
    async () => {
      const job = await app.jobOf(person, reply);
      return ['done', 'dead'].includes(job.state) ? job : null;
    },
    60_000,
  );
}

describe('an import whose worker is killed', () => {
  it(
    'in the middle of it, again and again, records every line once and says so',
    async () => {
      const anna = await fixture.person();
      await app.imported(anna, fileOf(good(0)));
      await app.work('housekeeping');
      await fixture.look('delete from job');
      const reply = await app.send(anna, fileOf(...Array.from({ length: LINES }, (_, n) => good(n)), good(1), 'torn'));
      // Account, key and emotion types are read by then, and the first batch is recorded.
      await killedAt('commit.after', 4);
      expect(await app.count(anna, 'checkin')).toBe(500);
      // The second is written and not committed.
      await killedAt('commit.before', 5);
      expect(await app.count(anna, 'checkin')).toBe(500);
      await killedAt('effect.after', 1);
      expect(await ended(anna, reply)).toMatchObject({
        state: 'done',
        result: {
          ...{ lines: LINES + 2, created: LINES - 1, existing: 1, duplicates: 1, rejected: 1 },
          errors: [{ line: LINES + 3, code: 'wrong_column_count' }],
        },
      });
      expect([await app.count(anna, 'checkin'), await app.count(anna, 'activity')]).toEqual([LINES, LINES]);
      await until('its file is deleted', async () => app.files().length === 0, 30_000);
    },
    PATIENCE_MS,
  );

  it(
    'just after its end was committed is not done again',
    async () => {
      const anna = await fixture.person();
      await fixture.look('delete from job');
      const reply = await app.send(anna, fileOf(good()));
      await killedAt('done.after', 1);
      expect(await ended(anna, reply)).toMatchObject({ state: 'done', result: { created: 1 } });
      const jobs = await fixture.look(`select attempts from job_done where subject = $1 and kind = 'checkins.import'`, [
        anna.id,
      ]);
      expect(jobs).toEqual([{ attempts: 1 }]);
    },
    PATIENCE_MS,
  );
});
