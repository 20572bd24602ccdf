import { gates } from '../../shared/emotions/gates.ts';
import type { TimePoint } from '../../shared/emotions/time-point.ts';
import { trendOf } from '../../shared/emotions/trend.ts';
import { analyseTrend } from '../../shared/emotions/trend-analysis.ts';
import { seededRandom } from '../../shared/platform/random.ts';
import { autoregressive, daily } from '../support/mood-series.ts';
import type { Bar, Bench, Measured } from './bench.ts';
import { insightsOfAYear } from './insights-of-a-year.ts';
import { patternHonesty } from './pattern-honesty.ts';

const FALSE_ALARMS = 0.07;
const POWER = 0.85;
const FIRST_SEED = 1;
/** How strongly a day's mood carries over to the next. */
const CARRY_OVER = [0, 0.3, 0.5] as const;

/**
 * How honest the statistics are: shares of false alarms of trend-free moods, power for real drifts, both when days are
 * missing or moods are whole numbers, and how many people without any pattern are told of one.
 */
export const calibrationBench: Bench = async ({ quick, onStep }) => {
  const runs = quick ? 200 : 4_000;
  const parts = [falseAlarms, power, changePoints].map((part) => {
    onStep(`${part.name}, ${runs} runs each`);
    return part(runs);
  });
  const people = quick ? 20 : 1_000;
  onStep(`patterns, ${people} people each`);
  parts.push(patternHonesty(people));
  const years = quick ? 1 : 100;
  onStep(`insights of a year, ${years} people`);
  parts.push({ subjects: insightsOfAYear(years), bars: [] });
  return {
    subjects: Object.assign({}, ...parts.map((part) => part.subjects)),
    ratios: {},
    bars: parts.flatMap((part) => part.bars),
  };
};

type Part = Pick<Measured, 'subjects' | 'bars'>;

function falseAlarms(runs: number): Part {
  const subjects: Measured['subjects'] = {};
  const bars: Bar[] = [];
  const measure = (name: string, phi: number, bar: number | null, world: (seed: number) => TimePoint[]) => {
    const { plain, corrected } = alarms(runs, world);
    subjects[`no trend, ${name}, φ = ${phi}`] = { plain, corrected };
    if (bar !== null) bars.push({ what: `false alarms, ${name}, φ = ${phi}`, value: corrected, atMost: bar });
  };
  for (const phi of CARRY_OVER) {
    measure('60 days', phi, FALSE_ALARMS, (seed) => daily(autoregressive(seed, 60, phi)));
    measure('60 days of whole numbers', phi, FALSE_ALARMS, (seed) => wholeMoods(daily(autoregressive(seed, 60, phi))));
    measure('90 days, a third missing', phi, FALSE_ALARMS, (seed) => someDaysMissing(seed, phi));
    measure('30 days', phi, null, (seed) => daily(autoregressive(seed, 30, phi)));
    measure('14 days (at most "early")', phi, null, (seed) => daily(autoregressive(seed, 14, phi)));
  }
  return { subjects, bars };
}

function power(runs: number): Part {
  const subjects: Measured['subjects'] = {};
  const bars: Bar[] = [];
  for (const drift of [0, 0.5, 1, 1.5, 2, 2.5, 3]) {
    for (const phi of CARRY_OVER) {
      const drifting = (seed: number) => autoregressive(seed, 60, phi).map((y, i) => y + (drift * i) / 59);
      const { plain, corrected } = alarms(runs, (seed) => daily(drifting(seed)));
      subjects[`drift of ${drift} SD over 60 days, φ = ${phi}`] = { plain, corrected };
      if (drift === 2 && phi === 0.3) bars.push({ what: 'power at 2 SD, φ = 0.3', value: corrected, atLeast: POWER });
    }
  }
  return { subjects, bars };
}

function changePoints(runs: number): Part {
  const subjects: Measured['subjects'] = {};
  const bars: Bar[] = [];
  for (const step of [0, 1, 2, 3]) {
    for (const phi of CARRY_OVER) {
      const found = shareOf(runs, (seed) =>
        foundChange(autoregressive(seed, 60, phi).map((y, i) => (i < 30 ? y : y + step))),
      );
      subjects[`step of ${step} SD in 60 days, φ = ${phi}`] = { found };
      if (step === 0) bars.push({ what: `false change points, φ = ${phi}`, value: found, atMost: FALSE_ALARMS });
    }
  }
  return { subjects, bars };
}

function shareOf(runs: number, holds: (seed: number) => boolean): number {
  let count = 0;
  for (let run = 0; run < runs; run++) if (holds(FIRST_SEED + run)) count++;
  return count / runs;
}

/** Shares of runs in which the plain and the corrected test call the world's series a trend. */
function alarms(runs: number, world: (seed: number) => TimePoint[]): { plain: number; corrected: number } {
  let plain = 0;
  const corrected = shareOf(runs, (seed) => {
    const trend = trendOf(world(seed));
    if (trend.mannKendall.p < gates.trend.alpha) plain++;
    return trend.corrected.p < gates.trend.alpha;
  });
  return { plain: plain / runs, corrected };
}

const wholeMoods = (points: TimePoint[]) => points.map(({ t, y }) => ({ t, y: Math.round(2 * y) }));

function someDaysMissing(seed: number, phi: number): TimePoint[] {
  const random = seededRandom(seed + 1_000_000);
  return daily(autoregressive(seed, 90, phi)).filter(() => random() < 2 / 3);
}

function foundChange(values: readonly number[]): boolean {
  const start = Temporal.PlainDate.from('2026-01-01');
  const checkins = values.map((value, i) => ({
    occurredAtMs: 86_400_000 * i,
    localDate: start.add({ days: i }).toString(),
    value,
  }));
  return analyseTrend(checkins, { from: '2026-01-01', to: '2026-12-31', timeZone: 'UTC' }).changePoint !== null;
}
