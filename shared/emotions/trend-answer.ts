import { z } from 'zod';
import { analysedWindow, count, finite, orInsufficient, TierName } from './answer-schema.ts';
import { CORRECTION_METHOD } from './autocorrelation-correction.ts';

/** Names what was computed and how; the version rises with every change that can alter a number. */
export const TREND_METHOD = 'local-day-medians/theil-sen/mann-kendall-ar1';
export const TREND_VERSION = 3;

const Level = z
  .strictObject({ mean: finite('Mean mood, -10 … 10'), median: finite('Median mood, -10 … 10') })
  .meta({ id: 'MoodLevel' });

const Spread = z
  .strictObject({
    sd: finite('Standard deviation in mood points (n − 1)'),
    relativeSd: finite('sd over the largest sd possible at this mean, 0 … 1; null at the end of the scale').nullable(),
    rmssd: orInsufficient(
      finite('Root mean square of successive differences within a day, adjusted for their interval'),
    ),
    tier: TierName,
  })
  .meta({ id: 'MoodSpread' });

const Inertia = z
  .strictObject({
    r1: finite('Lag-1 autocorrelation, -1 … 1; null when every value is the same').nullable(),
    pairs: count('Neighbouring check-ins it rests on'),
  })
  .meta({ id: 'MoodInertia' });

const Trend = z
  .strictObject({
    slopePerDay: finite('Theil–Sen slope in mood points per day'),
    interval: z.tuple([z.number(), z.number()]).meta({ description: '95 % interval of slopePerDay' }),
    intercept: finite('median(y) − slopePerDay · median(t), t in days since the first date of the series'),
    mannKendall: z.strictObject({
      s: z.int().meta({ description: 'Rising minus falling pairs of days' }),
      variance: finite('Variance of s without autocorrelation, corrected for ties'),
      z: finite('Standardised s, with continuity correction'),
      p: finite('Two-sided p as if days were independent'),
    }),
    corrected: z.strictObject({
      method: z.literal(CORRECTION_METHOD),
      phi: finite('Carry-over from day to day, bias-corrected, 0 … 0.95'),
      p: finite(
        'Two-sided p with the variance that days with this carry-over have; the tier rests on it and on a slope that is not 0',
      ),
    }),
    tier: TierName,
  })
  .meta({ id: 'MoodTrend' });

const ChangePoint = z
  .strictObject({
    at: z.iso.date().meta({ description: 'First day of the new level' }),
    u: finite("Pettitt's U: the largest |U| over all days"),
    p: finite("Pettitt's approximate p as if days were independent"),
  })
  .meta({ id: 'MoodChangePoint' });

const DayMedian = z
  .strictObject({ date: z.iso.date(), value: finite('Median mood of the day'), n: count('Check-ins of the day') })
  .meta({ id: 'DayMedian' });

/** The answer of `/v1/emotions/trends`, and what the cache holds. Null: looked for and not found. */
export const TrendAnswer = z
  .strictObject({
    ...analysedWindow,
    level: orInsufficient(Level),
    spread: orInsufficient(Spread),
    inertia: orInsufficient(Inertia),
    trend: orInsufficient(Trend),
    changePoint: orInsufficient(ChangePoint).nullable(),
    series: z.array(DayMedian).meta({ description: 'Oldest first; days without a check-in are left out' }),
  })
  .meta({ id: 'TrendAnswer' });

export type TrendAnswer = z.infer<typeof TrendAnswer>;
export type TrendResult = z.infer<typeof Trend>;
