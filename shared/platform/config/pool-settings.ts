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

const PoolSettings = z
  .strictObject({
    min: z.int().min(0),
    max: z.int().min(1),
    targetWaitSeconds: z.number().positive(),
    scaleOutDelaySeconds: z.number().min(0),
    scaleInDelaySeconds: z.number().min(0),
    concurrency: z.int().min(1).max(1_000),
  })
  .partial();

/** `POOLS`: a JSON object of settings per pool, over the defaults. */
export const PoolOverrides = z.partialRecord(z.enum(POOLS), PoolSettings);

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
