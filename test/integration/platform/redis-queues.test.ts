import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Queues } from '../../../shared/platform/queue/queues.ts';
import { redisQueues } from '../../../shared/platform/queue/redis.ts';
import { createLogger } from '../../../shared/platform/telemetry/logger.ts';
import { type EmbeddedRedis, startRedis } from '../../support/embedded/redis.ts';
import { until } from '../../support/until.ts';

const logger = createLogger({ service: 'test', environment: 'test', level: 'silent', secretKey: 'a secret for tests' });
const opened: Queues[] = [];
function open(url: string, startWithinMs?: number): Queues {
  const queues = redisQueues({
    url,
    prefix: 'test',
    logger,
    ...(startWithinMs === undefined ? {} : { startWithinMs }),
  });
  opened.push(queues);
  return queues;
}

let redis: EmbeddedRedis;
let evicting: EmbeddedRedis;
beforeAll(async () => {
  [redis, evicting] = await Promise.all([
    startRedis({ config: { maxmemory: '64mb' } }),
    startRedis({ config: { 'maxmemory-policy': 'allkeys-lru' } }),
  ]);
});
afterAll(async () => {
  await Promise.all(opened.map((queues) => queues.close()));
  await Promise.all([redis?.stop(), evicting?.stop()]);
});

const isUp = (queues: Queues) =>
  queues.check().then(
    () => true,
    () => false,
  );

describe('queues on Redis', () => {
  it('can be used where nothing is evicted', async () => {
    await expect(open(redis.url).check()).resolves.toBeUndefined();
  });

  it('refuse a server that throws away what it holds when it is full, and say why', async () => {
    await expect(open(evicting.url).check()).rejects.toMatchObject({
      code: 'redis_evicts',
      message: expect.stringContaining('not allkeys-lru'),
    });
  });

  it('tell how full the server is, and nothing of one without a limit', async () => {
    const [limited, unlimited] = [open(redis.url), open(evicting.url)];
    await Promise.all([limited.check(), isUp(unlimited)]);
    const used = await limited.memoryUsed();
    expect([used > 0 && used < 1, await unlimited.memoryUsed()]).toEqual([true, 0]);
  });

  it('are up again after a server that was away as they were opened, and after one that went', async () => {
    const late = await startRedis();
    late.kill('SIGKILL');
    await until('the server is gone', async () => !(await isUp(open(late.url, 50))));
    const queues = open(late.url, 50);
    await expect(queues.check()).rejects.toMatchObject({ class: 'transient', code: 'redis_unavailable' });
    await late.restart();
    await until('the queues are up', () => isUp(queues));
    late.kill('SIGKILL');
    await until('the queues are down', async () => !(await isUp(queues)));
    await late.restart();
    await until('the queues are up again', () => isUp(queues));
    await late.stop();
  });
});
