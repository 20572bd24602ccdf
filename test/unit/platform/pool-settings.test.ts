import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../shared/platform/config/index.ts';
import { development, problemsOf, production } from './config-samples.ts';

describe('pool settings', () => {
  it('start from production’s seeds, or a laptop’s', () => {
    expect(loadConfig('api', {}, production).pools.push).toMatchObject({
      min: 2,
      max: 10,
      scaleOutDelaySeconds: 60,
      scaleInDelaySeconds: 300,
    });
    expect(loadConfig('api', {}, development).pools.push).toMatchObject({ min: 1, max: 3, targetWaitSeconds: 2 });
  });

  it('are overridden one by one', () => {
    const { pools } = loadConfig('api', {}, { ...production, POOLS: '{"audio":{"max":4,"concurrency":7}}' });
    expect(pools.audio).toMatchObject({ min: 2, max: 4, concurrency: 7 });
    expect(pools.trends.max).toBe(10);
  });

  it('refuse unknown pools, unknown settings, nonsense and inverted bounds', () => {
    const POOLS = '{"steaks":{},"audio":{"maximum":3},"push":{"min":-1},"mail":{"max":"many"}}';
    expect(problemsOf('api', { ...development, POOLS })).toEqual([
      'POOLS: audio has "maximum", which is not settings of a pool',
      'POOLS: push.min is less than 0',
      'POOLS: mail.max is not a whole number',
      'POOLS has "steaks", which is not one of audio, trends, streaks, achievements, push, mail, housekeeping',
    ]);
    expect(problemsOf('api', { ...production, POOLS: '{"push":{"max":1}}' })).toEqual([
      'POOLS: push has a min of 2 above its max of 1',
    ]);
  });
});
