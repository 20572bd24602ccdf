import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The `redis-server` of this machine; installed first, where a package manager is there and we may use it. */
export async function findRedisServer(): Promise<string> {
  const found = await which('redis-server');
  if (found) return found;
  await install();
  const installed = await which('redis-server');
  if (!installed) throw new Error(howTo);
  return installed;
}

const howTo =
  'redis-server is missing and could not be installed here: install it (Debian: apt-get install redis-server, macOS: brew install redis).';

type Step = readonly [string, ...string[]];

const packageManagers: { program: string; asRoot: boolean; steps: readonly Step[] }[] = [
  {
    program: 'apt-get',
    asRoot: true,
    steps: [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'redis-server'],
    ],
  },
  { program: 'dnf', asRoot: true, steps: [['dnf', 'install', '-y', 'redis']] },
  { program: 'brew', asRoot: false, steps: [['brew', 'install', 'redis']] },
];

async function install(): Promise<void> {
  for (const { program, asRoot, steps } of packageManagers) {
    if (!(await which(program))) continue;
    const prefix = asRoot ? await rootPrefix() : [];
    if (prefix === undefined) return;
    process.stderr.write(`redis-server is missing: installing it with ${program} …\n`);
    // DEBIAN_FRONTEND asks nothing; RUNLEVEL=1 keeps Debian from starting the packaged service, which nobody asked for.
    const environment = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
    for (const step of steps) {
      const [command = 'env', ...args] = [...prefix, ...environment, ...step];
      await run(command, args).catch((cause) => {
        throw new Error(`${howTo} (${step.join(' ')} failed: ${String(cause.stderr ?? cause).trim()})`);
      });
    }
    return;
  }
}

/** What to put before a command that needs root: nothing for root, sudo if it asks no password, undefined if we may not. */
async function rootPrefix(): Promise<string[] | undefined> {
  if (userInfo().uid === 0) return [];
  return run('sudo', ['-n', 'true']).then(
    () => ['sudo', '-n'],
    () => undefined,
  );
}

const which = (program: string): Promise<string | undefined> =>
  run('sh', ['-c', 'command -v "$1"', 'which', program]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
