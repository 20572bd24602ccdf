import { parseArgs } from 'node:util';
import { compose } from '../shared/compose.ts';
import { POOLS } from '../shared/ledger/contract.ts';
import { ConfigError, loadConfig, ROLES } from '../shared/platform/config/index.ts';
import { checkDatabase } from '../shared/platform/database/preflight.ts';
import { runProcess } from '../shared/platform/entry-point.ts';
import { startOpsListener } from './ops-listener.ts';
import { buildRegistry } from './registry.ts';
import { warmUp } from './warm-up.ts';
import { startWorkerProcess } from './worker-process.ts';

const HELP = `node workers/main.ts [--pools ${POOLS.join(',')}] [--roles ${ROLES.join(',')}]

Runs the named pools and roles until SIGTERM, then finishes or hands back what it was doing and exits.
Settings come from the environment; see docs/configuration.md. Exit code 78: it could not start as configured.
`;

await runProcess(async () => {
  const flags = readFlags();
  if (flags.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const config = loadConfig('worker', { WORKER_POOLS: flags.pools, WORKER_ROLES: flags.roles });
  const deps = await compose(config);
  await checkDatabase(deps.database, { role: 'app_worker', queue: config.QUEUE_BACKEND === 'postgres' });
  const ops = await startOpsListener(deps);
  const worker = await startWorkerProcess(deps, {
    pools: config.WORKER_POOLS,
    roles: config.WORKER_ROLES,
    registry: buildRegistry(deps),
  });
  ops.ready();
  void warmUp(config.WORKER_POOLS, deps);
  return {
    async drain() {
      ops.draining();
      await worker.drain();
      await ops.close();
      await deps.close();
    },
  };
});

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
