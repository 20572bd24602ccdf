import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RolePasswords } from '../../../shared/platform/database/roles.ts';
import { startGuarded } from './guarded-process.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

export type Credentials = RolePasswords & { superuser: string };

/** A cluster's directory holds `data` (PostgreSQL's own) and `credentials.json`, made at random with the cluster. */
export const dataDirectory = (directory: string): string => join(directory, 'data');

export const readCredentials = async (directory: string): Promise<Credentials> =>
  JSON.parse(await readFile(join(directory, 'credentials.json'), 'utf8'));

export async function clusterExists(directory: string): Promise<boolean> {
  return readFile(join(dataDirectory(directory), 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

/** `sync: false` spares the fsyncs where the data is not meant to survive; `temporary` is what goes if we are killed. */
type ClusterOptions = { sync: boolean; temporary: readonly string[] };

/**
 * Makes a cluster beside its place and renames it there, so that `directory` is either absent or whole, whenever we are
 * stopped.
 */
export async function createCluster(
  directory: string,
  binaries: PostgresBinaries,
  options: ClusterOptions,
): Promise<void> {
  await removeAbandoned(directory);
  const draft = `${directory}.new-${process.pid}`;
  const passwordFile = join(draft, 'password');
  const credentials: Credentials = { superuser: secret(), owner: secret(), api: secret(), worker: secret() };

  await mkdir(draft, { recursive: true, mode: 0o700 });
  await writeFile(join(draft, 'credentials.json'), JSON.stringify(credentials), { mode: 0o600 });
  await writeFile(passwordFile, credentials.superuser, { mode: 0o600 });
  if (binaries.user) {
    for (const path of [passwordFile, draft]) await chown(path, binaries.user.uid, binaries.user.gid);
  }
  const initdb = await startGuarded({
    command: ['env', ...binaries.prefix, binaries.initdb, ...initdbArguments(draft, passwordFile, options.sync)],
    endSignal: 'TERM',
    directories: [draft, ...options.temporary],
  });
  const code = await initdb.exited;
  if (code === 0) {
    await rm(passwordFile);
    await rename(draft, directory);
  }
  await initdb.end({ keepDirectories: code === 0 });
  if (code !== 0) throw new Error(`initdb ended with code ${code}:\n${initdb.lastLines()}`);
}

const initdbArguments = (draft: string, passwordFile: string, sync: boolean): string[] => [
  `--pgdata=${dataDirectory(draft)}`,
  '--username=postgres',
  `--pwfile=${passwordFile}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  // PostgreSQL's own locale: sorts by code point and knows Unicode's cases, on every machine alike.
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  ...(sync ? [] : ['--no-sync']),
];

/** Drafts whose maker was killed. A maker that still runs keeps its own. */
async function removeAbandoned(directory: string): Promise<void> {
  const parent = dirname(directory);
  const prefix = `${basename(directory)}.new-`;
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((candidate) => candidate.startsWith(prefix))) {
    if (!isAlive(Number(name.slice(prefix.length)))) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/**
 * Clears the way for a start. A server that a killed process left behind is about to end: it is waited for. A
 * `postmaster.pid` whose number now belongs to some other program (usual in containers, where numbers are small) would
 * make PostgreSQL refuse for ever: it is removed.
 */
export async function releaseStaleLock(directory: string, patienceMs: number): Promise<void> {
  const lock = join(dataDirectory(directory), 'postmaster.pid');
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const text = await readFile(lock, 'utf8').catch(() => undefined);
    if (text === undefined) return;
    const pid = Number.parseInt(text, 10);
    if (!(await servesDirectory(pid, dataDirectory(directory)))) return rm(lock, { force: true });
    if (performance.now() > deadline) throw new Error(`Another PostgreSQL (pid ${pid}) already serves ${directory}.`);
    await pause(100);
  }
}

async function servesDirectory(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  // Without /proc we cannot tell whose number it is, and must believe the file.
  return commandLine === undefined || commandLine.split('\0').includes(data);
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const secret = (): string => randomBytes(24).toString('base64url');
