import Table from 'cli-table3';
import { migrateUp } from '../../shared/migrate.ts';
import { progressBars } from '../demo/progress.ts';
import { startPostgres } from '../support/embedded/postgres.ts';
import { readOptions } from './options.ts';
import { type IsolationReport, runIsolation } from './run.ts';

const SHOWN = 20;

const options = readOptions();
const bars = progressBars(process.stderr);
bars.note('Starting PostgreSQL and the api');
const postgres = await startPostgres({ durable: false });
let report: IsolationReport;
try {
  await postgres.createDatabase('isolation');
  const urls = postgres.urls('isolation');
  await migrateUp({ url: urls.owner, tls: false });
  bars.phase('requests', options.requests);
  report = await runIsolation(options, { urls, output: 'inherit', onAnswer: shown });
} finally {
  bars.stop();
  await postgres.stop();
}

const { seconds, answers, foreign, reached, lost, broken } = report;
const statuses = [...answers].sort().map(([key, count]) => `${key}: ${count}`);
const table = new Table({ style: { head: [], border: [] } });
table.push(
  { requests: `${options.requests} by ${options.users} people, ${options.inFlight} at once` },
  { 'database connections': options.pool },
  { took: `${seconds.toFixed(1)} s, ${Math.round(options.requests / seconds)} a second` },
  { answers: statuses.join('\n') },
  { 'foreign rows seen': foreign.length },
  { 'foreign objects reached': reached.length },
  { 'own rows lost or strange': lost.length },
  { 'failed on our side': broken.length },
);
process.stdout.write(`${table.toString()}\n`);
const wrong = [...foreign, ...reached, ...lost, ...broken];
for (const line of wrong.slice(0, SHOWN)) process.stdout.write(`WRONG  ${line}\n`);
process.exit(wrong.length === 0 ? 0 : 1);

/** A bar on a terminal, a line every tenth elsewhere. */
function shown(done: number): void {
  bars.step();
  const isTenth = done % Math.ceil(options.requests / 10) === 0;
  if (!process.stderr.isTTY && isTenth) process.stderr.write(`${done} of ${options.requests}\n`);
}
