import { Presets, SingleBar } from 'cli-progress';
import { fuzz } from './fuzz.ts';
import { readCommand } from './options.ts';
import { findingTexts, summaryOf, unreached } from './report.ts';
import { startTarget } from './target.ts';

const command = readCommand();
process.stderr.write(`Starting Amira … (seed ${command.seed})\n`);
const starting = startTarget();
let ending: Promise<never> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(130));

try {
  const target = await starting;
  const bar = progress(command.requests);
  const outcome = await fuzz(target, { ...command, onRequest: bar.step });
  bar.stop();
  const complaints = target.complaints();
  process.stdout.write(`${summaryOf(outcome)}\n`);
  for (const text of findingTexts(outcome.findings, target.port)) process.stdout.write(`${text}\n`);
  for (const line of complaints.slice(0, 50)) process.stdout.write(`LOGGED ${line.slice(0, 2_000)}\n`);
  const notReached = unreached(outcome, command.operations);
  if (notReached.length > 0) process.stdout.write(`Never answered with a success: ${notReached.join(', ')}\n`);
  const wrong = outcome.findings.length + complaints.length;
  process.stdout.write(
    wrong === 0
      ? `Everything held. (seed ${command.seed})\n`
      : `${wrong} things did not hold. (seed ${command.seed})\n`,
  );
  await end(wrong === 0 ? 0 : 1);
} catch (error) {
  // What fails because everything is being stopped is no news.
  if (!ending) process.stderr.write(`The run failed: ${error instanceof Error ? error.stack : String(error)}\n`);
  await end(1);
}

/** A bar, or a line now and then where the output is no terminal. */
function progress(total: number) {
  if (process.stderr.isTTY) {
    const bar = new SingleBar({ format: '{bar} {value}/{total} requests', hideCursor: true }, Presets.shades_classic);
    bar.start(total, 0);
    return { step: () => bar.increment(), stop: () => bar.stop() };
  }
  let sent = 0;
  const step = () => {
    sent += 1;
    if (sent % 2_000 === 0) process.stderr.write(`${sent} of about ${total} requests\n`);
  };
  return { step, stop: () => {} };
}

/** Also in the middle of starting: what has started by then is stopped too. */
function end(code: number): Promise<never> {
  ending ??= (async () => {
    const target = await starting.catch(() => undefined);
    await target?.stop();
    process.exit(code);
  })();
  return ending;
}
