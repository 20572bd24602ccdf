import { setTimeout as pause } from 'node:timers/promises';
import { keepCompiledCode } from './compile-cache.ts';
import { ConfigError } from './config/config-error.ts';
import { errorCodeOf, isAppError } from './errors.ts';

/** sysexits.h EX_CONFIG: started wrongly, so starting again will not help. */
const EX_CONFIG = 78;
/** Draining is bounded step by step; should a step hang all the same, we go before an orchestrator kills us after 30 s. */
const LAST_MOMENT_MS = 29_000;
const START_GRACE_MS = 3_000;

export type Running = {
  /** Finishes or hands back what has begun, and closes everything. */
  drain(): Promise<void>;
};

/**
 * Runs a process from start to SIGTERM or SIGINT. What keeps it from starting is said in one readable message, and the
 * process exits 78. `start` imports what it needs itself, settings first: what it loads is kept compiled, a process that
 * is configured wrongly loads little, and one that is asked to end while it loads hears it.
 */
export async function runProcess(start: () => Promise<Running>): Promise<void> {
  keepCompiledCode();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  process.once('SIGTERM', ask);
  process.once('SIGINT', ask);
  // Started by a local supervisor that is gone: nobody would ever stop us.
  process.once('disconnect', ask);
  if (process.connected === false) ask();
  let running: Running | undefined;
  try {
    running = await Promise.race([start(), asked.then(() => unlessStarted())]);
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(EX_CONFIG);
  }
  if (running === undefined) process.exit(0);
  await asked;
  setTimeout(() => process.exit(1), LAST_MOMENT_MS).unref();
  await running.drain();
  process.exit(0);
}

/** Tells the local supervisor that started us, if there is one, where we listen; an orchestrator asks /health/ready. */
export function tellReady(ports: { port?: number; opsPort: number }): void {
  if (process.connected) process.send?.({ ready: true, ...ports });
}

/** Asked to end while still starting: a start that is about to succeed may, so that it can be drained; others are left. */
const unlessStarted = () => pause(START_GRACE_MS).then(() => undefined);

function describe(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (isAppError(error)) return `Cannot start: ${error.message} (${error.code}${causeOf(error.cause)})`;
  if (!(error instanceof Error)) return `Cannot start: ${String(error)}`;
  // What has a code was said by the system or the database; what has none is a mistake of ours, and shows where.
  return `Cannot start: ${'code' in error ? `${error.message} (${errorCodeOf(error)})` : (error.stack ?? error.message)}`;
}

const causeOf = (cause: unknown): string => (cause === undefined ? '' : `, ${errorCodeOf(cause)}`);
