/** How long an analysis takes and how it grows. Prints medians of 5; exits 1 when a bar is missed. */
import Table from 'cli-table3';
import type { MoodPoint } from '../../shared/emotions/mood.ts';
import { trendOf } from '../../shared/emotions/trend.ts';
import { analyseTrend } from '../../shared/emotions/trend-analysis.ts';
import { stopwatch } from '../../shared/platform/clock.ts';
import { daily, normals } from '../support/mood-series.ts';

const window = { from: '1990-01-01', to: '2099-12-31', timeZone: 'UTC' };
const table = new Table({ head: ['measured', 'median', 'bar'] });
const missed: string[] = [];

/** Warm, as a worker is that has analysed a few users. */
function medianTime(work: () => unknown): number {
  work();
  const times = Array.from({ length: 5 }, () => {
    const elapsed = stopwatch();
    work();
    return elapsed();
  });
  return times.sort((a, b) => a - b)[2] ?? Number.NaN;
}

function report(name: string, value: number, bar: number, unit: string): void {
  table.push([name, `${value.toFixed(2)} ${unit}`, `≤ ${bar} ${unit}`]);
  if (!(value <= bar)) missed.push(name);
}

function history(checkins: number, perDay: number): MoodPoint[] {
  const start = Temporal.Instant.from('2000-01-01T08:00Z');
  return normals(1, checkins).map((noise, i) => {
    const at = start.add({ hours: 24 * Math.floor(i / perDay) + 3 * (i % perDay) });
    const localDate = at.toZonedDateTimeISO('UTC').toPlainDate().toString();
    return { occurredAtMs: at.epochMilliseconds, localDate, value: Math.round(4 * noise) / 2 };
  });
}

for (const [checkins, perDay, bar] of [
  [1_500, 1, 50],
  [1_500, 4, 50],
  [10_000, 1, 500],
  [10_000, 4, 500],
] as const) {
  const points = history(checkins, perDay);
  report(
    `full analysis of ${checkins} check-ins, ${perDay} a day`,
    medianTime(() => analyseTrend(points, window)),
    bar,
    'ms',
  );
}

const worlds = { 'distinct values': (y: number) => y, 'whole numbers': Math.round };
for (const [name, of] of Object.entries(worlds)) {
  const [smaller, larger] = [20_000, 40_000].map((n) => {
    const points = daily(normals(2, n).map((y) => of(3 * y)));
    return medianTime(() => trendOf(points));
  });
  report(`time(40,000) / time(20,000), ${name}`, (larger ?? Number.NaN) / (smaller ?? Number.NaN), 2.4, '×');
}

console.log(table.toString());
if (missed.length > 0) {
  console.error(`Bars missed: ${missed.join('; ')}`);
  process.exitCode = 1;
}
