import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { systemClock } from '../../shared/platform/clock.ts';
import { type Bar, isMet, type Measured } from './bench.ts';

const DIRECTORY = 'bench-results';

/** Writes `bench-results/NAME.json`; gives back its path. */
export async function writeResult(name: string, { subjects, ratios }: Measured): Promise<string> {
  const path = join(DIRECTORY, `${name}.json`);
  const at = systemClock.now().toString({ smallestUnit: 'second' });
  await mkdir(DIRECTORY, { recursive: true });
  await writeFile(path, `${JSON.stringify({ name, at, machine: machine(), subjects, ratios }, null, 2)}\n`);
  return path;
}

/** The load average is part of it: figures of a busy machine are not figures of the code. */
const machine = () => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: rounded(totalmem() / 2 ** 30),
  node: process.versions.node,
  loadAverage: rounded(loadavg()[0] ?? 0),
});

/** Everything measured, as tables. */
export function resultTables({ subjects, ratios, bars }: Measured): string {
  const metrics = [...new Set(Object.values(subjects).flatMap((metricsOf) => Object.keys(metricsOf)))];
  const measured = plainTable(['', ...metrics], ['left', ...metrics.map(() => 'right' as const)]);
  for (const [subject, values] of Object.entries(subjects))
    measured.push([subject, ...metrics.map((metric) => shown(values[metric]))]);

  const tables = [measured.toString()];
  if (Object.keys(ratios).length > 0) {
    const table = plainTable(['ratio', '×'], ['left', 'right']);
    for (const [name, ratio] of Object.entries(ratios)) table.push([name, shown(ratio)]);
    tables.push(table.toString());
  }
  if (bars.length > 0) {
    const table = plainTable(['bar', 'measured', 'promised', ''], ['left', 'right', 'right', 'left']);
    for (const bar of bars) table.push([bar.what, shown(bar.value), promised(bar), isMet(bar) ? 'met' : 'MISSED']);
    tables.push(table.toString());
  }
  return tables.join('\n');
}

/** Without colours, which a file or a pipe would show as noise. */
const plainTable = (head: string[], colAligns: ('left' | 'right')[]) =>
  new Table({ head, colAligns, style: { head: [], border: [], compact: true } });

const promised = ({ atLeast, atMost }: Bar): string =>
  atLeast === undefined ? `≤ ${shown(atMost)}` : `≥ ${shown(atLeast)}`;

const shown = (value: number | undefined): string =>
  value === undefined ? '' : rounded(value).toLocaleString('en-GB', { maximumFractionDigits: 3 });

const rounded = (value: number): number => Number(value.toPrecision(value >= 1_000 ? 4 : 3));
