import { Redis } from 'ioredis';
import { services } from './jest/services.ts';

/** An empty logical database of the run's redis-server, for one test file. `FLUSHALL` and kills need `startRedis`. */
export async function freshRedis(): Promise<{ url: string }> {
  const { redisUrl } = services();
  const counter = new Redis(redisUrl);
  try {
    const index = await counter.incr('test-databases');
    return { url: `${redisUrl}/${index}` };
  } finally {
    counter.disconnect();
  }
}
