// Runs before every npm script, on whatever Node the machine has (20 or newer): installs what the lockfile names if it is
// not there. The scripts themselves then run on the Node that this installs.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));

if (!isInstalled()) {
  process.stderr.write('Installing what package-lock.json names (npm ci) …\n');
  const npm = process.env.npm_execpath;
  const command = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const [program, ...args] = [...command, 'ci', '--loglevel=error'];
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) process.stderr.write(`npm ci could not be run: ${error.message}\n`);
  process.exitCode = status ?? 1;
}

/** By content, not by date: a checkout or an `npm install` touches dates without changing what is needed. */
function isInstalled() {
  try {
    const wanted = packagesOf('package-lock.json');
    const found = packagesOf(join('node_modules', '.package-lock.json'));
    return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
      const installed = found[path];
      return path === '' || installed?.version === version || (!installed && (optional || devOptional));
    });
  } catch {
    return false;
  }
}

function packagesOf(lockfile) {
  return JSON.parse(readFileSync(join(root, lockfile), 'utf8')).packages;
}
