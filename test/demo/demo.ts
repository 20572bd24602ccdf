import { UNLIMITED } from '../support/api/unlimited.ts';
import { type System, startSystem } from '../support/embedded/system.ts';
import { showPools } from './live-table.ts';
import { openLog } from './log.ts';
import { readPools } from './metrics-reader.ts';
import type { DemoOptions } from './options.ts';
import { playPhones } from './play.ts';
import { progressBars } from './progress.ts';
import { summaryOf } from './summary.ts';
import { verify, waitUntilQuiet } from './verify.ts';

const QUIET_WITHIN_MS = 60_000;
/** Since the command was typed, node's own start included. */
const elapsed = () => performance.now();

/** Starts everything, plays the phones and shows it; ends the process. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const log = openLog();
  const bars = progressBars(process.stderr);
  const scaledOut = new Map<string, number>();
  const stopping = new AbortController();

  const starting = startSystem({
    output: log.fd,
    // Judging a recording is mostly computing, so a worker takes one at a time, and a burst asks for more workers.
    // And everybody does in a minute what people do in a week.
    env: { LOG_LEVEL: 'info', POOLS: JSON.stringify({ audio: { concurrency: 1 } }), RATE_LIMITS: UNLIMITED },
    onStep: (step) => bars.note(`Starting ${step}`),
    onRestart: ({ process: name, code }) => bars.note(`The ${name} process ended (${code}) and is started again`),
    onScale: ({ pool, workers }) => scaledOut.set(pool, Math.max(workers, scaledOut.get(pool) ?? 1)),
    signal: stopping.signal,
  });
  let ending: Promise<never> | undefined;
  /** Also in the middle of starting: what has started by then is stopped too. */
  const end = (code: number): Promise<never> => {
    stopping.abort();
    ending ??= (async () => {
      bars.stop();
      const system = await starting.catch(() => undefined);
      await system?.stop();
      process.exit(code);
    })();
    return ending;
  };
  // Stopped before it could check anything, `--exit` has not succeeded.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(options.exit ? 130 : 0));

  try {
    const system = await starting;
    process.stdout.write(
      `API ${system.apiUrl}/docs   queues ${system.opsUrl}/ops/queues   metrics ${system.opsUrl}/metrics\n`,
    );
    let firstJobMs = 0;
    const watching = firstJob(system).then((ms) => {
      firstJobMs = ms;
    });
    const phones = await playPhones(system, options, bars);
    bars.stop();
    const table = showPools(system.opsUrl, process.stdout);
    await watching;
    if (!options.exit) await new Promise(() => {});

    const quiet = await waitUntilQuiet(system, QUIET_WITHIN_MS);
    await table.stop();
    const findings = await verify(system, phones);
    if (!quiet) findings.problems.unshift(`work was still under way after ${QUIET_WITHIN_MS / 1_000} s`);
    const pools = await readPools(system.opsUrl);
    process.stdout.write(`${summaryOf({ findings, phones, pools, firstJobMs, totalMs: elapsed(), scaledOut })}\n`);
    for (const problem of findings.problems.slice(0, 50)) process.stdout.write(`WRONG  ${problem}\n`);
    process.stdout.write(
      findings.problems.length === 0
        ? 'Every fact has its effects, each effect once.\n'
        : `${findings.problems.length} things are wrong.\n`,
    );
    await end(findings.problems.length === 0 ? 0 : 1);
  } catch (error) {
    // What fails because the system is being stopped is no news.
    if (!ending) {
      process.stderr.write(
        `The demo failed: ${error instanceof Error ? error.message : String(error)}\n${log.lastLines()}\n`,
      );
    }
    await end(1);
  }
}

/** When the first job was seen done, in milliseconds since the command. */
async function firstJob(system: System): Promise<number> {
  for (;;) {
    const pools = await readPools(system.opsUrl).catch(() => []);
    if (pools.some((pool) => pool.done > 0)) return elapsed();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
