import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { COMPILED_CODE } from '../../../shared/platform/compile-cache.ts';

export type ChildProcess = {
  readonly pid: number;
  /** What it listens on, as it said when it was ready; the public port only where it has one. */
  readonly ports: { port?: number | undefined; opsPort: number };
  readonly exited: Promise<number>;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL if it is still there after `graceMs`. */
  end(graceMs?: number): Promise<void>;
};

export type ChildOptions = {
  /** Path from the project's root, such as `workers/main.ts`. */
  entry: string;
  args?: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Where its log lines go: our own output, or a file's descriptor. */
  output: 'inherit' | number;
  imports?: readonly string[];
};

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** What belongs to the machine rather than to our settings. */
const inherited = Object.fromEntries(
  ['PATH', 'TMPDIR'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
);
/**
 * Keeps a process under 250 MB, as in production (docs/operations.md). Otherwise V8 lets its young generation grow to
 * 48 MiB, and glibc keeps, for each thread, the 19 MiB that every Argon2 hash has given back.
 */
const LEAN = { flags: ['--max-semi-space-size=8'], env: { MALLOC_MMAP_THRESHOLD_: String(2 ** 20) } };
const READY_MS = 30_000;
const Ready = z.object({ ready: z.literal(true), port: z.int().optional(), opsPort: z.int() });

/** Starts one of our processes and waits until it is ready. It ends by itself when we are gone. */
export async function startChild({ entry, args = [], env, output, imports = [] }: ChildOptions): Promise<ChildProcess> {
  const flags = [...LEAN.flags, ...imports.flatMap((path) => ['--import', path])];
  const child = spawn(process.execPath, [...flags, entry, ...args], {
    cwd: ROOT,
    // A group of its own: Ctrl-C reaches us alone, and we decide the order of ending.
    detached: true,
    // From its first import on; by itself it would begin after it has loaded its entry.
    env: { ...inherited, ...LEAN.env, NODE_COMPILE_CACHE: COMPILED_CODE, ...env },
    stdio: ['ignore', output, output, 'ipc'],
  });
  const exited = once(child, 'exit').then(([code, signal]) => (typeof code === 'number' ? code : signal ? 128 : 1));
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  const end = async (graceMs = 30_000) => {
    const force = setTimeout(() => kill('SIGKILL'), graceMs);
    kill('SIGTERM');
    await exited;
    clearTimeout(force);
  };
  const ports = await Promise.race([
    once(child, 'message').then(([message]) => Ready.parse(message)),
    exited.then((code) => Promise.reject(new Error(`${entry} ended with code ${code} before it was ready`))),
    new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error(`${entry} was not ready in time`)), READY_MS).unref(),
    ),
  ]).catch(async (error: unknown) => {
    await end(0);
    throw error;
  });
  if (child.pid === undefined) throw new Error(`${entry} has no pid`);
  return { pid: child.pid, ports, exited, kill, end };
}
