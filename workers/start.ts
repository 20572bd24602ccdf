import { compose } from '../shared/compose.ts';
import type { Config } from '../shared/platform/config/index.ts';
import { checkDatabase } from '../shared/platform/database/preflight.ts';
import type { Running } from '../shared/platform/entry-point.ts';
import { startOpsListener } from './ops-listener.ts';
import { buildRegistry } from './registry.ts';
import { warmUp } from './warm-up.ts';
import { startWorkerProcess } from './worker-process.ts';

/** Puts a worker process together, with its listener, and starts its pools and roles. */
export async function startWorker(config: Config): Promise<Running> {
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
}
