import type { Config } from '../platform/config/index.ts';
import type { Tier } from './gates.ts';
import { rounded } from './rounding.ts';

/** When something that was found is told. */
export type PatternPolicy = {
  /** Of all that is told, the share that may be chance. */
  falseDiscoveryRate: number;
  /** How large an effect must be to be worth telling: by its share of the variance, or in mood points. One will do. */
  epsilonSquared: number;
  points: number;
};

type PatternSettings = Pick<Config, 'PATTERN_FALSE_DISCOVERY_RATE' | 'PATTERN_EPSILON_SQUARED' | 'PATTERN_POINTS'>;

export const patternPolicy = (settings: PatternSettings): PatternPolicy => ({
  falseDiscoveryRate: settings.PATTERN_FALSE_DISCOVERY_RATE,
  epsilonSquared: settings.PATTERN_EPSILON_SQUARED,
  points: settings.PATTERN_POINTS,
});

type Finding = {
  q: number;
  /** Mood points, of either sign. */
  points: number;
  /** Of tests between groups; others have no effect of that kind. */
  epsilonSquared?: number;
  /** Whether there is data enough for the word "clear". */
  isLong: boolean;
};

/** `not_enough` is "no clear pattern", never "no pattern". */
export function tierOf({ q, points, epsilonSquared, isLong }: Finding, policy: PatternPolicy): Tier {
  const isLargeShare = epsilonSquared !== undefined && epsilonSquared >= policy.epsilonSquared;
  const isWorthTelling = isLargeShare || rounded(Math.abs(points)) >= policy.points;
  if (!isWorthTelling || q > policy.falseDiscoveryRate) return 'not_enough';
  return isLong && q <= policy.falseDiscoveryRate / 2 ? 'clear' : 'early';
}
