/**
 * How honest the trend statistics are: false alarms of trend-free moods, power for real drifts, and both when days are
 * missing or moods are whole numbers. Prints tables; exits 1 when a bar is missed. Arguments: runs (4,000), seed (1).
 */
import Table from 'cli-table3';
import { gates } from '../../shared/emotions/gates.ts';
import type { TimePoint } from '../../shared/emotions/time-point.ts';
import { trendOf } from '../../shared/emotions/trend.ts';
import { analyseTrend } from '../../shared/emotions/trend-analysis.ts';
import { seededRandom } from '../../shared/platform/random.ts';
import { autoregressive, daily } from '../support/mood-series.ts';

const [runs = 4_000, firstSeed = 1] = process.argv.slice(2).map(Number);
const bars = { falseAlarms: 0.07, power: 0.85 };
const missed: string[] = [];

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function shareOf(holds: (seed: number) => boolean): number {
  let count = 0;
  for (let run = 0; run < runs; run++) if (holds(firstSeed + run)) count++;
  return count / runs;
}

/** Shares of runs in which the plain and the corrected test call the world's series a trend. */
function alarms(world: (seed: number) => TimePoint[]): { plain: number; corrected: number } {
  let plain = 0;
  const corrected = shareOf((seed) => {
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

function falseAlarms(): void {
  const table = new Table({ head: ['moods without a trend', 'φ', 'plain', 'corrected'] });
  const row = (name: string, phi: number, bar: number, world: (seed: number) => TimePoint[]) => {
    const { plain, corrected } = alarms(world);
    table.push([name, phi, percent(plain), percent(corrected)]);
    if (corrected > bar) missed.push(`${name}, φ = ${phi}: ${percent(corrected)} > ${percent(bar)}`);
  };
  for (const phi of [0, 0.3, 0.5]) {
    row('60 days', phi, bars.falseAlarms, (seed) => daily(autoregressive(seed, 60, phi)));
    row('60 days, whole numbers', phi, bars.falseAlarms, (seed) => wholeMoods(daily(autoregressive(seed, 60, phi))));
    row('90 days, a third missing', phi, bars.falseAlarms, (seed) => someDaysMissing(seed, phi));
    row('30 days', phi, 1, (seed) => daily(autoregressive(seed, 30, phi)));
    row('14 days (at most "early")', phi, 1, (seed) => daily(autoregressive(seed, 14, phi)));
  }
  console.log(table.toString());
}

function power(): void {
  const table = new Table({ head: ['drift over 60 days (SD)', 'φ = 0', 'φ = .3', 'φ = .5'] });
  for (const drift of [0, 0.5, 1, 1.5, 2, 2.5, 3]) {
    const found = [0, 0.3, 0.5].map((phi) => {
      const drifting = (seed: number) => autoregressive(seed, 60, phi).map((y, i) => y + (drift * i) / 59);
      return alarms((seed) => daily(drifting(seed))).corrected;
    });
    table.push([drift, ...found.map(percent)]);
    const [, typical = 0] = found;
    if (drift === 2 && typical < bars.power) missed.push(`power at 2 SD, φ = .3: ${percent(typical)}`);
  }
  console.log(table.toString());
}

function changePoints(): void {
  const table = new Table({ head: ['change point, 60 days', 'φ = 0', 'φ = .3', 'φ = .5'] });
  for (const step of [0, 1, 2, 3]) {
    const found = [0, 0.3, 0.5].map((phi) =>
      shareOf((seed) => foundChange(autoregressive(seed, 60, phi).map((y, i) => (i < 30 ? y : y + step)))),
    );
    table.push([step === 0 ? 'none (false alarms)' : `a step of ${step} SD`, ...found.map(percent)]);
    if (step === 0 && Math.max(...found) > bars.falseAlarms) missed.push('false change points');
  }
  console.log(table.toString());
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

falseAlarms();
power();
changePoints();
if (missed.length > 0) {
  console.error(`Bars missed:\n  ${missed.join('\n  ')}`);
  process.exitCode = 1;
}
