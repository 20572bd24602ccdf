import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

/**
 * Checks who imports whom in the project at `directory`. A tool that cannot read TypeScript finds nothing and so nothing
 * wrong: here every file on the disk must have been looked at, and there must be one.
 */
const folders = ['api', 'jobs', 'workers', 'shared'];
const rules = resolve(import.meta.dirname, '../../../.dependency-cruiser.js');
const { positionals } = parseArgs({ allowPositionals: true });
process.chdir(positionals[0] ?? '.');

const files = globSync(folders.map((folder) => `${folder}/**/*.ts`)).sort();
const { modules, summary } = await look(files);
const seen = new Set(modules.map(({ source }) => source));
const unseen = files.filter((file) => !seen.has(file));

for (const { rule, from, to } of summary.violations) process.stderr.write(`${rule.name}: ${from} → ${to}\n`);
for (const file of unseen) process.stderr.write(`not looked at: ${file}\n`);
if (files.length === 0) process.stderr.write('There is no file to look at.\n');

const isClean = files.length > 0 && unseen.length === 0 && summary.violations.length === 0;
process.stdout.write(
  `Import rules: ${summary.violations.length} violations in ${files.length - unseen.length} files\n`,
);
process.exitCode = isClean ? 0 : 1;

async function look(paths: readonly string[]): Promise<ICruiseResult> {
  const { output } = await cruise([...paths], await extractDepcruiseOptions(rules));
  if (typeof output === 'string') throw new Error('dependency-cruiser gave a report instead of its result.');
  return output;
}
