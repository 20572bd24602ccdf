import { createServer, type ServerResponse } from 'node:http';
import type { Deps } from '../shared/compose.ts';
import { tellReady } from '../shared/platform/entry-point.ts';
import { type Phase, readiness } from '../shared/platform/health.ts';
import { listenOn } from '../shared/platform/listen.ts';
import { addProcessMetrics, snapshotMetrics } from '../shared/platform/telemetry/metrics.ts';

export type OpsListener = { readonly port: number; ready(): void; draining(): void; close(): Promise<void> };

/** A worker's own small listener: metrics and health, nothing that changes anything. */
export async function startOpsListener(deps: Deps): Promise<OpsListener> {
  const { config, metrics } = deps;
  let phase: Phase = 'starting';
  if (config.ENABLE_METRICS) addProcessMetrics(metrics);

  const server = createServer(async (request, response) => {
    const isMetrics = request.url?.startsWith('/metrics') ?? false;
    if (isMetrics && !config.ENABLE_METRICS) return answer(response, 404, { code: 'not_found' });
    switch (request.url) {
      case '/health/live':
        return answer(response, 200, { live: true });
      case '/health/startup':
        return answer(response, phase === 'starting' ? 503 : 200, { started: phase !== 'starting' });
      case '/health/ready': {
        const state = await readiness(deps, phase);
        return answer(response, state.ready ? 200 : 503, state);
      }
      case '/metrics':
        response.setHeader('Content-Type', metrics.registry.contentType);
        return void response.end(await metrics.registry.metrics());
      case '/metrics.json':
        return answer(response, 200, await snapshotMetrics(metrics));
      default:
        return answer(response, 404, { code: 'not_found' });
    }
  });
  const port = await listenOn(server, config.OPS_PORT, config.OPS_HOST);
  return {
    port,
    ready() {
      phase = 'ready';
      tellReady({ opsPort: port });
    },
    draining: () => {
      phase = 'draining';
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}
