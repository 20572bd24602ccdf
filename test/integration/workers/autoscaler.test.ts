import { describe, expect, it } from '@jest/globals';
import { POOLS } from '../../../shared/ledger/contract.ts';
import { enqueue } from '../../../shared/ledger/enqueue.ts';
import { createLogger } from '../../../shared/platform/telemetry/logger.ts';
import { createMetrics, type Metrics } from '../../../shared/platform/telemetry/metrics.ts';
import { poolSizes } from '../../../shared/scaling/desired-workers.ts';
import type { ScalingSettings } from '../../../shared/scaling/policy.ts';
import { heartbeat, signOff } from '../../../shared/scaling/worker-registry.ts';
import { startAutoscaler } from '../../../workers/autoscaler.ts';
import { ownDatabase } from '../../support/own-database.ts';
import { testContract } from '../../support/test-jobs.ts';
import { until } from '../../support/until.ts';

const test = ownDatabase();
const one: ScalingSettings = {
  min: 1,
  max: 3,
  targetWaitSeconds: 2,
  scaleOutDelaySeconds: 0,
  scaleInDelaySeconds: 10,
  concurrency: 1,
};
const settings = Object.fromEntries(POOLS.map((pool) => [pool, one])) as Record<
  (typeof POOLS)[number],
  ScalingSettings
>;
const logger = createLogger({ service: 'test', environment: 'test', level: 'silent', secretKey: 'a secret for tests' });

const scaler = (metrics: Metrics = createMetrics()) =>
  startAutoscaler({ database: test.worker, settings, clock: test.clock, logger, metrics, everyMs: 10 });
const streaks = async () => (await poolSizes(test.worker)).streaks;
const backlog = (jobs: number) =>
  test.worker.transaction({ userId: null }, async (tx) => {
    for (let job = 0; job < jobs; job += 1) enqueue(tx, testContract('backlog'), { key: `${job}` });
  });

describe('the autoscaler', () => {
  it('asks for the minimum of every pool while nothing waits', async () => {
    const running = scaler();
    await until('a decision', async () => (await streaks()).desired === 1);
    await running.close();
    expect(Object.values(await poolSizes(test.worker)).map(({ desired }) => desired)).toEqual(POOLS.map(() => 1));
  });

  it('asks for more when a backlog would wait too long, and publishes what it saw', async () => {
    const metrics = createMetrics();
    await backlog(200);
    const running = scaler(metrics);
    await until('more workers', async () => (await streaks()).desired === 3);
    await running.close();
    const depths = (await metrics.poolDepth.get()).values;
    expect(depths.find(({ labels }) => labels.pool === 'streaks' && labels.state === 'pending')?.value).toBe(200);
    expect((await metrics.ledgerPending.get()).values[0]?.value).toBe(200);
  });

  it('does not ask for workers for what is not due yet', async () => {
    await test.look('delete from job');
    await test.look('delete from pool_scale');
    const dueAt = Temporal.Now.instant().add({ hours: 1 });
    await test.worker.transaction({ userId: null }, async (tx) => {
      for (let job = 0; job < 200; job += 1) enqueue(tx, testContract('later'), { key: `${job}` }, { dueAt });
    });
    const running = scaler();
    await until('a decision', async () => (await streaks()).desired > 0);
    await running.close();
    expect((await streaks()).desired).toBe(1);
  });

  it('goes down by one only after the load stayed low for long', async () => {
    await test.look('delete from job');
    await test.look(`update pool_scale set state = '{"desired": 3, "lastOutAt": null, "lowSince": null}', desired = 3`);
    const first = scaler();
    await until(
      'noticing',
      async () => (await test.look(`select state from pool_scale where pool = 'streaks'`))[0]?.['state'].lowSince,
    );
    expect((await streaks()).desired).toBe(3);
    test.clock.advance({ seconds: 11 });
    await until('one less', async () => (await streaks()).desired === 2);
    await first.close();
    expect((await streaks()).desired).toBe(2);
  });

  it('counts the living workers of a pool, not those that have signed off', async () => {
    await heartbeat(test.worker, { id: 'a', pools: ['streaks', 'push'], roles: [] });
    await heartbeat(test.worker, { id: 'b', pools: ['streaks'], roles: [] });
    const running = scaler();
    await until('both', async () => (await streaks()).workers === 2);
    await signOff(test.worker, 'b');
    await until('one', async () => (await streaks()).workers === 1);
    await running.close();
  });
});
