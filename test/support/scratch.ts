import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary directory that a command under test takes for the machine's, so that all it leaves behind can be seen. */
export type Scratch = {
  readonly path: string;
  /** For the command's environment; whatever it starts inherits it, and is known by it. */
  readonly env: { TMPDIR: string };
  /** Command lines of processes that live, of the command and of all it has started. */
  processes(): Promise<string[]>;
  /** What lies in the directory. */
  files(): Promise<string[]>;
  remove(): Promise<void>;
};

export async function makeScratch(): Promise<Scratch> {
  const path = await mkdtemp(join(tmpdir(), 'amira-scratch-'));
  // PostgreSQL serves it as a user of its own where we are root.
  await chmod(path, 0o755);
  return {
    path,
    env: { TMPDIR: path },
    processes: () => processesWith(path),
    files: () => readdir(path),
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** Named in the environment, or in the arguments: PostgreSQL writes its title over its environment. */
async function processesWith(path: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [environment, command] = await Promise.all([read(`/proc/${pid}/environ`), read(`/proc/${pid}/cmdline`)]);
      return environment.includes(path) || command.includes(path) ? [`${pid} ${command.replaceAll('\0', ' ')}`] : [];
    }),
  );
  return found.flat();
}

/** Empty for a process that is just ending, or is none of ours. */
const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
