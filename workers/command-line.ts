import { parseArgs } from 'node:util';
import { POOLS } from '../shared/ledger/contract.ts';
import { type Config, ConfigError, loadConfig, ROLES } from '../shared/platform/config/index.ts';

const HELP = `node workers/main.ts [--pools ${POOLS.join(',')}] [--roles ${ROLES.join(',')}]

Runs the named pools and roles until SIGTERM, then finishes or hands back what it was doing and exits.
Settings come from the environment; see docs/configuration.md. Exit code 78: it could not start as configured.
`;

/** What the flags and the environment ask for; throws a `ConfigError`. Asked for help, it shows that and ends the process. */
export function readCommandLine(): Config {
  const flags = readFlags();
  if (flags.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  return loadConfig('worker', { WORKER_POOLS: flags.pools, WORKER_ROLES: flags.roles });
}

function readFlags() {
  try {
    const options = {
      pools: { type: 'string' },
      roles: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    throw new ConfigError([error instanceof Error ? error.message : String(error)]);
  }
}
