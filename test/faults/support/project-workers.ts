import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { ProbePoint } from '../../../shared/platform/probe.ts';
import type { journals } from '../../integration/journals/journals-fixture.ts';
import { type ChildProcess, startChild } from '../../support/embedded/child-process.ts';
import { freshRedis } from '../../support/redis.ts';
import { bucket, identity } from '../../support/s3-session.ts';
import { makeScratch, type Scratch } from '../../support/scratch.ts';
import type { FaultPlan } from './fault-plan.ts';

export const KILLED = 128;

/** Workers of some pools in processes of their own, with the project's jobs; waits for somebody's silence are a tenth. */
export function projectWorkers(
  fixture: Pick<ReturnType<typeof journals>, 'worker' | 's3'>,
  pools: NonNullable<FaultPlan['pools']>,
) {
  let scratch: Scratch;
  let output: number;
  let redis: { url: string };
  const workers: ChildProcess[] = [];
  beforeAll(async () => {
    scratch = await makeScratch();
    output = openSync(join(scratch.path, 'workers.log'), 'a');
    redis = await freshRedis();
  });
  afterEach(() => Promise.all(workers.splice(0).map((started) => started.end(0))));
  afterAll(async () => {
    closeSync(output);
    await scratch.remove();
  });

  const start = async (plan: FaultPlan = {}): Promise<ChildProcess> => {
    const started = await startChild({
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
    workers.push(started);
    return started;
  };
  /** Starts one that is killed at that point. */
  const killedAt = async (at: ProbePoint, times: number) =>
    expect(await (await start({ crash: { at, times } })).exited).toBe(KILLED);
  return { start, killedAt };
}
