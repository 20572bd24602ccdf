import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { NOT_BUILT, rows } from './rows/index.ts';
import type { FaultRow, RowResult } from './rows/row.ts';

const { values: flags, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { small: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});
if (flags.help) {
  process.stdout.write(`npm run faults [-- [--small] [NAME …]]

Injects faults into real processes and checks that nothing acknowledged is lost and no effect happens twice.
Names: ${rows.map(({ name }) => name).join(', ')}. Without any, all of them. --small runs what npm test runs.
Exit code 1: something did not hold.
`);
  process.exit(0);
}
const isNamed = (row: FaultRow, given: string) => row.name.toLowerCase() === given.toLowerCase();
const unknown = names.filter((name) => !rows.some((row) => isNamed(row, name)));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no run named ${unknown.join(', ')}. Names: ${rows.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}

const chosen = rows.filter((row) => names.length === 0 || names.some((given) => isNamed(row, given)));
const table = new Table({
  head: ['#', 'fault', 'held', 's', 'measured'],
  wordWrap: true,
  colWidths: [14, 28, 11, 7, 70],
  style: { head: [], border: [] },
});
let broken = 0;
for (const row of chosen) {
  process.stdout.write(`${row.name} ${row.title} … `);
  const start = performance.now();
  const result = await row.run(flags.small ? 'small' : 'full').catch(thrown);
  const seconds = Math.round((performance.now() - start) / 1_000);
  const held = result.failures.length === 0;
  if (!held) broken += 1;
  process.stdout.write(`${held ? 'held' : `did not hold: ${result.failures.join('; ')}`} (${seconds} s)\n`);
  table.push([row.name, row.title, held ? 'yes' : 'NO', seconds, describe(result)]);
}
if (names.length === 0) for (const title of NOT_BUILT) table.push([...splitName(title), 'not built', '', '']);
process.stdout.write(`${table.toString()}\n`);
process.exit(broken === 0 ? 0 : 1);

function thrown(error: unknown): RowResult {
  return { measured: {}, failures: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
}

function describe({ measured, failures }: RowResult): string {
  const facts = Object.entries(measured).map(([name, value]) => `${name} ${value}`);
  return [...failures.map((failure) => `NOT: ${failure.split('\n')[0]}`), facts.join(', ')].join('\n');
}

function splitName(title: string): [string, string] {
  const [name = '', ...rest] = title.split(' ');
  return [name, rest.join(' ')];
}
