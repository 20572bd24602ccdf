import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLog } from '../demo/log.ts';
import { UNLIMITED } from '../support/api/unlimited.ts';
import { startSystem } from '../support/embedded/system.ts';
import { type Analysed, analysed } from './analysed.ts';
import { readOptions } from './options.ts';
import { newSomebody } from './person.ts';
import { reportOf } from './report.ts';
import { readSeries } from './series.ts';

const options = readOptions();
const log = openLog();
say('Starting Amira …');
// Looking how far it is must not use up what somebody may ask.
const starting = startSystem({ output: log.fd, env: { LOG_LEVEL: 'info', RATE_LIMITS: UNLIMITED } });
let ending: Promise<never> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(130));

try {
  const all: Analysed[] = [];
  for (const [at, series] of (await readSeries(options)).entries()) {
    const somebody = await newSomebody(await starting, `somebody-${at}@example.com`, options.timeZone);
    all.push(await analysed(somebody, series, options, (step) => say(`${series.name}: ${step}`)));
  }
  const report = reportOf(options.name, all);
  process.stdout.write(report);
  if (options.out !== undefined) await write(options.out, report, all);
  await end(0);
} catch (error) {
  // What fails because the system is being stopped is no news.
  if (!ending) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${log.lastLines()}\n`);
  await end(1);
}

async function write(folder: string, report: string, all: readonly Analysed[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const answers = all.map(({ svg: _, ...answer }) => answer);
  const files = [
    ['report.md', report],
    ['answers.json', `${JSON.stringify(answers, null, 2)}\n`],
    ...all.map(({ chart, svg }) => [chart, svg]),
  ];
  for (const [name = '', content = ''] of files) await writeFile(join(folder, name), content);
  say(`Written to ${folder}: ${files.map(([name]) => name).join(', ')}`);
}

function say(step: string): void {
  process.stderr.write(`${step}\n`);
}

/** Also in the middle of starting: what has started by then is stopped too. */
function end(code: number): Promise<never> {
  ending ??= (async () => {
    const system = await starting.catch(() => undefined);
    await system?.stop();
    process.exit(code);
  })();
  return ending;
}
