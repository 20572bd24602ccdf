import { compose } from '../shared/compose.ts';
import { loadConfig } from '../shared/platform/config/index.ts';
import { runProcess } from '../shared/platform/entry-point.ts';
import { addProcessMetrics } from '../shared/platform/telemetry/metrics.ts';
import { listen } from './listeners.ts';

await runProcess(async () => {
  const deps = await compose(loadConfig('api'));
  addProcessMetrics(deps.metrics);
  const { port, opsPort, drain } = await listen(deps);
  deps.logger.info({ port, ops_port: opsPort }, 'The API listens');
  // A local supervisor started us with a channel; an orchestrator asks /health/ready instead.
  process.send?.({ ready: true, port, opsPort });
  return {
    async drain() {
      await drain();
      await deps.close();
    },
  };
});
