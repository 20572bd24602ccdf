import { compose } from '../shared/compose.ts';
import type { Config } from '../shared/platform/config/index.ts';
import { checkDatabase } from '../shared/platform/database/preflight.ts';
import { type Running, tellReady } from '../shared/platform/entry-point.ts';
import { isAppError } from '../shared/platform/errors.ts';
import { addProcessMetrics } from '../shared/platform/telemetry/metrics.ts';
import { listen } from './listeners.ts';

/** Puts an api process together and listens. */
export async function startApi(config: Config): Promise<Running> {
  const deps = await compose(config);
  // A mistake keeps us from starting; an outage does not: we say that we are not ready until it is over.
  await checkDatabase(deps.database, { role: 'app_api', queue: config.QUEUE_BACKEND === 'postgres' }).catch(
    (error: unknown) => {
      if (!isAppError(error)) throw error;
      deps.logger.warn({ err: error }, 'Starting without the database');
    },
  );
  addProcessMetrics(deps.metrics);
  const { port, opsPort, drain } = await listen(deps);
  deps.logger.info({ port, ops_port: opsPort }, 'The API listens');
  tellReady({ port, opsPort });
  return {
    async drain() {
      await drain();
      await deps.close();
    },
  };
}
