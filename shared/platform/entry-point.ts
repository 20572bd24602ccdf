import { ConfigError } from './config/index.ts';
import { errorCodeOf, isAppError } from './errors.ts';

/** sysexits.h EX_CONFIG: started wrongly, so starting again will not help. */
const EX_CONFIG = 78;
/** Draining is bounded step by step; should a step hang all the same, we go before an orchestrator kills us after 30 s. */
const LAST_MOMENT_MS = 29_000;

/**
 * Runs a process from start to SIGTERM or SIGINT. What keeps it from starting is said in one readable message, and the
 * process exits 78. `start` gives back how to drain.
 */
export async function runProcess(start: () => Promise<{ drain(): Promise<void> }>): Promise<void> {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  process.once('SIGTERM', ask);
  process.once('SIGINT', ask);
  // Started by a local supervisor that is gone: nobody would ever stop us.
  process.once('disconnect', ask);
  let running: { drain(): Promise<void> };
  try {
    running = await start();
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(EX_CONFIG);
  }
  await asked;
  setTimeout(() => process.exit(1), LAST_MOMENT_MS).unref();
  await running.drain();
  process.exit(0);
}

function describe(error: unknown): string {
  if (error instanceof ConfigError || (error instanceof Error && error.name === 'ConfigError')) return error.message;
  if (isAppError(error)) return `Cannot start: ${error.message} (${error.code}${causeOf(error.cause)})`;
  return `Cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

const causeOf = (cause: unknown): string => (cause === undefined ? '' : `, ${errorCodeOf(cause)}`);
