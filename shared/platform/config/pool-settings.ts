import { z } from 'zod';
import { POOLS, type PoolName } from '../../ledger/contract.ts';
import type { ScalingSettings } from '../../scaling/policy.ts';

const PRODUCTION: Omit<ScalingSettings, 'concurrency'> = {
  min: 2,
  max: 10,
  targetWaitSeconds: 5,
  scaleOutDelaySeconds: 60,
  scaleInDelaySeconds: 300,
};

/** On one machine: quick to grow, quick to shrink, never many. */
const LAPTOP: Omit<ScalingSettings, 'concurrency'> = {
  min: 1,
  max: 3,
  targetWaitSeconds: 2,
  scaleOutDelaySeconds: 2,
  scaleInDelaySeconds: 10,
};

/** Jobs one process runs at a time: few where each holds a stream, many where each is a short transaction. */
const CONCURRENCY: Record<PoolName, number> = {
  audio: 4,
  trends: 4,
  streaks: 10,
  achievements: 10,
  push: 2,
  mail: 10,
  housekeeping: 2,
};

const whole = (least: number) =>
  z.int({ error: 'is not a whole number' }).min(least, `is less than ${least}`).max(1_000, 'is more than 1000');
const seconds = z
  .number({ error: 'is not a number of seconds' })
  .min(0, 'is negative')
  .max(86_400, 'is more than a day');

const PoolSettings = z
  .strictObject(
    {
      min: whole(0),
      max: whole(1),
      targetWaitSeconds: seconds.positive('is not positive'),
      scaleOutDelaySeconds: seconds,
      scaleInDelaySeconds: seconds,
      concurrency: whole(1),
    },
    { error: unknownKeys('settings of a pool') },
  )
  .partial();

/** `POOLS`: a JSON object of settings per pool, over the defaults. */
export const PoolOverrides = z.strictObject(
  Object.fromEntries(POOLS.map((pool) => [pool, PoolSettings.optional()])) as Record<
    PoolName,
    z.ZodOptional<typeof PoolSettings>
  >,
  { error: unknownKeys(`one of ${POOLS.join(', ')}`) },
);

function unknownKeys(known: string) {
  return (issue: { code?: string | undefined; keys?: unknown }): string =>
    issue.code === 'unrecognized_keys' ? `has "${String(issue.keys)}", which is not ${known}` : 'is not a JSON object';
}

/** The settings of every pool: production's or a laptop's, with `concurrency` where it is set for all, under the overrides. */
export function poolSettings(
  overrides: z.infer<typeof PoolOverrides>,
  options: { laptop: boolean; concurrency: number | undefined },
): Record<PoolName, ScalingSettings> {
  const base = options.laptop ? LAPTOP : PRODUCTION;
  const settings = POOLS.map((pool) => [
    pool,
    { ...base, concurrency: options.concurrency ?? CONCURRENCY[pool], ...overrides[pool] } as ScalingSettings,
  ]);
  return Object.fromEntries(settings) as Record<PoolName, ScalingSettings>;
}

/** Pools whose minimum lies above their maximum, in words. */
export const invertedBounds = (pools: Readonly<Record<PoolName, ScalingSettings>>): string[] =>
  POOLS.filter((pool) => pools[pool].min > pools[pool].max).map(
    (pool) => `POOLS: ${pool} has a min of ${pools[pool].min} above its max of ${pools[pool].max}`,
  );
