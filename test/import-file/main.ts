import { readFile, writeFile } from 'node:fs/promises';
import { openLog } from '../demo/log.ts';
import { UNLIMITED } from '../support/api/unlimited.ts';
import { startSystem } from '../support/embedded/system.ts';
import { until } from '../support/until.ts';
import { readOptions } from './options.ts';
import { newSomebody, type SignedIn } from './person.ts';
import { checkinsOf } from './samples.ts';

const PATIENCE_MS = 600_000;

const { file, timeZone, moods, chart, samples } = readOptions();
const log = openLog();
// Looking how far it is must not use up what somebody may ask.
const starting = startSystem({ output: log.fd, env: { LOG_LEVEL: 'info', RATE_LIMITS: UNLIMITED } });
let ending: Promise<never> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(130));

try {
  const text = await readFile(file);
  const table = samples ? checkinsOf(text.toString(), samples, timeZone) : text;
  const somebody = await newSomebody(await starting, timeZone);
  const job = await imported(somebody, table);
  print('Import', job['result'] ?? job);
  const { series, ...trends } = await trendsOf(somebody);
  print('Trends', { ...trends, series: `${(series as unknown[]).length} days` });
  if (chart) {
    await writeFile(chart, (await somebody.send('GET', '/v1/emotions/trends.svg?window=all')).text);
    process.stdout.write(`Chart: ${chart}\n`);
  }
  await end(job['state'] === 'done' ? 0 : 1);
} catch (error) {
  // What fails because the system is being stopped is no news.
  if (!ending) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${log.lastLines()}\n`);
  await end(1);
}

/** The job of the import once it has ended, telling how far it is meanwhile. */
async function imported({ send }: SignedIn, table: string | Uint8Array): Promise<Record<string, unknown>> {
  const query = new URLSearchParams({ timeZone, ...(moods === undefined ? {} : { moods }) });
  const { headers } = await send('POST', `/v1/emotions/import?${query}`, {
    body: table,
    headers: { 'Content-Type': 'text/csv' },
  });
  const path = headers.get('Location') ?? '';
  const ended = async () => {
    const { body } = await send('GET', path);
    const { done, total } = (body['progress'] ?? {}) as { done?: number; total?: number };
    if (process.stderr.isTTY && total) process.stderr.write(`\r${done} of ${total} bytes `);
    return ['done', 'dead'].includes(String(body['state'])) ? body : null;
  };
  return until('the import ends', ended, PATIENCE_MS);
}

async function trendsOf({ send }: SignedIn): Promise<Record<string, unknown>> {
  const { status, body } = await send('POST', '/v1/emotions/trends', {
    body: { window: 'all' },
    headers: { Prefer: 'wait=10' },
  });
  if (status !== 200) throw new Error('The trends are not ready within ten seconds.');
  return body;
}

function print(title: string, value: unknown): void {
  process.stdout.write(`${title}: ${JSON.stringify(value, null, 2)}\n`);
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
