import { parseArgs } from 'node:util';
import { keepCompiledCode } from '../../../shared/platform/compile-cache.ts';

keepCompiledCode();

const HELP = `npm start

Runs the whole of Amira on this machine, with its data kept in .data/ (DATA_DIR). What the environment names
(DATABASE_URL, REDIS_URL with QUEUE_BACKEND=redis, S3_BUCKET_NAME, FIREBASE_CREDENTIALS, SMTP_URL) is used instead of
its embedded part. Ctrl-C ends everything.
`;

if (isHelpWanted()) {
  process.stdout.write(HELP);
  process.exit(0);
}

const { startSystem } = await import('./system.ts');
const { env } = process;
const stopping = new AbortController();
const starting = startSystem({
  directory: env['DATA_DIR'] ?? '.data',
  env: settingsOf(env),
  port: Number(env['PORT'] ?? 8000),
  opsPort: Number(env['OPS_PORT'] ?? 8001),
  signal: stopping.signal,
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());

try {
  const system = await starting;
  process.stdout.write(
    `\nAmira is up.\n  API        ${system.apiUrl}/docs\n  Operators  ${system.opsUrl}/ops/queues\n  Metrics    ${system.opsUrl}/metrics\n\n`,
  );
} catch (error) {
  if (!stopping.signal.aborted) {
    process.stderr.write(`Amira could not start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

function isHelpWanted(): boolean {
  try {
    return parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }).values.help ?? false;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(2);
  }
}

/** Also when it comes in the middle of starting: what has started by then is stopped too. */
async function stop(): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  const system = await starting.catch(() => undefined);
  await system?.stop();
  process.exit(0);
}

/** Only settings of ours go on to the processes; `.env` and defaults are theirs to read. */
function settingsOf(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const { PORT: _port, OPS_PORT: _opsPort, DATA_DIR: _directory, ...rest } = env;
  return Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('npm_') && name !== 'PATH'));
}
