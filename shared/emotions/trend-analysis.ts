import { changePointOfMoods } from './change-point.ts';
import { type DayMedian, dayMedians, timePoints } from './day-series.ts';
import { gates, shortfall } from './gates.ts';
import { inertia } from './inertia.ts';
import { level, median } from './level.ts';
import type { MoodPoint } from './mood.ts';
import { instability, relativeStandardDeviation, standardDeviation } from './spread.ts';
import type { TimePoint } from './time-point.ts';
import { trendOf } from './trend.ts';
import { TREND_METHOD, TREND_VERSION, type TrendAnswer, type TrendResult } from './trend-answer.ts';
import type { TrendWindow } from './trend-window.ts';

/**
 * Everything that is said about the moods of one window. A pure function: any order of check-ins gives the same
 * answer, those outside the window are ignored, and an empty history has an answer too.
 */
export function analyseTrend(checkins: readonly MoodPoint[], window: TrendWindow): TrendAnswer {
  const inside = checkins.filter(({ localDate }) => localDate >= window.from && localDate <= window.to);
  const values = inside.map(({ value }) => value).sort((a, b) => a - b);
  const series = dayMedians(inside);
  const points = timePoints(series);
  const trend = trendOf(points);
  return {
    window,
    n: inside.length,
    days: series.length,
    method: TREND_METHOD,
    version: TREND_VERSION,
    level: levelOf(values, series.length),
    spread: spreadOf(inside, values),
    inertia: inertiaOf(inside),
    trend: gatedTrend(points, trend),
    changePoint: changePointOf(series, trend),
    series,
  };
}

const levelOf = (values: readonly number[], days: number): TrendAnswer['level'] =>
  shortfall([values.length, gates.level.checkins, 'checkins'], [days, gates.level.days, 'days']) ?? level(values);

function spreadOf(checkins: readonly MoodPoint[], values: readonly number[]): TrendAnswer['spread'] {
  const { rmssd, pairs } = instability(checkins);
  return (
    shortfall([values.length, gates.spread.checkins, 'checkins']) ?? {
      sd: standardDeviation(values),
      relativeSd: relativeStandardDeviation(values),
      rmssd: shortfall([pairs, gates.instability.pairs, 'pairs']) ?? rmssd,
      tier: values.length >= gates.spread.clearCheckins ? 'clear' : 'early',
    }
  );
}

function inertiaOf(checkins: readonly MoodPoint[]): TrendAnswer['inertia'] {
  const found = inertia(checkins);
  return shortfall([found.pairs, gates.inertia.pairs, 'pairs']) ?? found;
}

function gatedTrend(points: readonly TimePoint[], trend: TrendResult): TrendAnswer['trend'] {
  const span = (points.at(-1)?.t ?? -1) + 1;
  return shortfall([points.length, gates.trend.days, 'days'], [span, gates.trend.spanDays, 'span_days']) ?? trend;
}

/**
 * Reported with the plain p, found only if p withstands the carry-over of moods from day to day as well, and only where the
 * median day moves: ranks can differ more than chance has it while most days before and after are equal.
 */
function changePointOf(series: readonly DayMedian[], { corrected }: TrendResult): TrendAnswer['changePoint'] {
  const closed = shortfall([series.length, gates.changePoint.days, 'days']);
  if (closed) return closed;
  const values = series.map(({ value }) => value);
  const { index, u, p, carriedP } = changePointOfMoods(values, corrected.phi);
  const at = series[index];
  if (!at || carriedP >= gates.changePoint.alpha) return null;
  return median(values.slice(0, index)) === median(values.slice(index)) ? null : { at: at.date, u, p };
}
