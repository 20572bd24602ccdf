import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** One of the project's commands, run as somebody would from a shell, and watched from outside. */
export type ProjectProcess = {
  readonly pid: number;
  /** What it has written so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Settles when it is gone and everything it wrote has arrived. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
};

export type ProjectOptions = { env?: Readonly<Record<string, string>>; cwd?: string };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Starts `node <entry> <args>` with nothing in its environment but `env` and what a process cannot do without. */
export function startProject(
  command: readonly string[],
  { env = {}, cwd = ROOT }: ProjectOptions = {},
): ProjectProcess {
  const child = spawn(process.execPath, command, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  if (child.pid === undefined) throw new Error(`${command.join(' ')} could not be started.`);
  return {
    pid: child.pid,
    get stdout() {
      return written.stdout;
    },
    get stderr() {
      return written.stderr;
    },
    exited,
    kill: (signal) => void child.kill(signal),
  };
}

/** Runs a command to its end. */
export async function runProject(command: readonly string[], options?: ProjectOptions) {
  const process = startProject(command, options);
  const { code } = await process.exited;
  return { code, stdout: process.stdout, stderr: process.stderr };
}
