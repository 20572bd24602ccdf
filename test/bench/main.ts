import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { isMet } from './bench.ts';
import { benches } from './catalog.ts';
import { resultTables, writeResult } from './report.ts';

const names = Object.keys(benches);
const usual = names.filter((name) => benches[name]?.needs === undefined);
const { chosen, quick } = readArguments();

let missed = 0;
for (const name of chosen) {
  const run = await benches[name]?.load();
  if (!run) continue;
  process.stdout.write(`\n${name}: ${benches[name]?.about}\n`);
  if (quick) process.stdout.write('A quick run: it shows that the bench works, not how fast anything is.\n');
  const full = await run({ quick, onStep: (step) => process.stderr.write(`  ${step}\n`) });
  const measured = quick ? { ...full, bars: [] } : full;
  const path = await writeResult(name, measured);
  process.stdout.write(`${resultTables(measured)}\nload average ${loadavg()[0]?.toFixed(1)}, written to ${path}\n`);
  missed += measured.bars.filter((bar) => !isMet(bar)).length;
}
process.exit(missed === 0 ? 0 : 1);

/** Mistakes end the process with words, not with a stack. */
function readArguments(): { chosen: string[]; quick: boolean } {
  const help = `npm run bench [-- NAME … [--quick]]

Runs the named benches, or one after another all that need nothing special, each beside its peers in one run. Shows a table and writes
bench-results/NAME.json. Exit code 1: a bar was missed. Measure on a machine that does nothing else.

${names.map((name) => `  ${name.padEnd(24)}${aboutOf(name)}`).join('\n')}

  --quick                 a small run, to see whether a bench works; no bars
  --help, -h              this text
`;
  try {
    const { values, positionals } = parseArgs({
      options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
      allowPositionals: true,
    });
    if (values.help) {
      process.stdout.write(help);
      process.exit(0);
    }
    const unknown = positionals.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`There is no bench called "${unknown}".`);
    return { chosen: positionals.length > 0 ? positionals : usual, quick: values.quick };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exit(2);
  }
}

function aboutOf(name: string): string {
  const { about = '', needs } = benches[name] ?? {};
  return needs === undefined ? about : `${about} (only if named: it takes ${needs})`;
}
