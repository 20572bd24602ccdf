import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNLIMITED } from '../support/api/unlimited.ts';
import { startSystem } from '../support/embedded/system.ts';
import { openWire, type Wire } from './wire.ts';

/** The system under fire: the processes of production, and what can be seen of them from outside. */
export type Target = {
  readonly port: number;
  readonly wire: Wire;
  /** Tokens of the mails an address has been sent, the newest first. */
  mailTokens(address: string): string[];
  /** What the processes said that they never should: error lines, other output, restarts. */
  complaints(): string[];
  stop(): Promise<void>;
};

/** @param env settings over ours; `DATABASE_URL` and the like are used instead of an embedded PostgreSQL */
export async function startTarget(env: Readonly<Record<string, string>> = {}): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), 'amira-fuzz-'));
  const logFile = join(directory, 'amira.log');
  const output = openSync(logFile, 'a');
  const restarts: string[] = [];
  const system = await startSystem({
    output,
    // Limits have tests of their own; here they would hide what lies behind them.
    env: { LOG_LEVEL: 'warning', RATE_LIMITS: UNLIMITED, ...env },
    onRestart: ({ process: name, code }) => restarts.push(`the ${name} process ended with ${code}`),
  }).catch((error: unknown) => {
    throw new Error(`${error}\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
  });
  const { port } = system.api.ports;
  if (port === undefined) throw new Error('the api process has a port');
  const wire = openWire(port);
  const mailTokens = (address: string) =>
    (system.parts.smtp?.mails({ to: address }) ?? []).flatMap(({ text }) => text.match(/^[\w-]{20,}$/gm) ?? []);
  return {
    port,
    wire,
    mailTokens,
    complaints: () => [...restarts, ...complaintsIn(readFileSync(logFile, 'utf8'))],
    async stop() {
      wire.close();
      await system.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function complaintsIn(log: string): string[] {
  return log.split('\n').filter((line) => line !== '' && (!line.startsWith('{') || isError(line)));
}

const isError = (line: string): boolean => {
  try {
    return ['error', 'fatal', 'critical'].includes(String(JSON.parse(line).level).toLowerCase());
  } catch {
    return true;
  }
};
