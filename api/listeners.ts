import type { Server } from 'node:http';
import type { Deps } from '../shared/compose.ts';
import type { Phase } from '../shared/platform/health.ts';
import { listenOn } from '../shared/platform/listen.ts';
import { buildApp } from './app.ts';
import { buildOpsApp } from './ops/app.ts';
import { createServer } from './server.ts';

export type Listeners = {
  readonly port: number;
  readonly opsPort: number;
  /** Not ready any more; finishes what has begun, for at most 25 s; then neither listens nor holds a connection. */
  drain(): Promise<void>;
};

const DRAIN_MS = 25_000;

/** Opens the public and the operator's listener of one process. */
export async function listen(deps: Deps): Promise<Listeners> {
  const { PORT, OPS_HOST, OPS_PORT, REQUEST_TIMEOUT } = deps.config;
  let phase: Phase = 'starting';
  const api = createServer(buildApp(deps).callback(), REQUEST_TIMEOUT);
  const ops = createServer(buildOpsApp(deps, () => phase).callback(), REQUEST_TIMEOUT);
  const [port, opsPort] = [await listenOn(api, PORT), await listenOn(ops, OPS_PORT, OPS_HOST)];
  phase = 'ready';
  return {
    port,
    opsPort,
    async drain() {
      phase = 'draining';
      // Streams do not end by themselves; their phones come back to another process.
      await Promise.all([deps.events.close(), closed(api)]);
      // Last, so that probes hear that we are draining for as long as we do.
      ops.closeAllConnections();
      await closed(ops);
    },
  };
}

/** Connections kept alive outlast their last answer, so the idle ones are closed again and again. */
async function closed(server: Server): Promise<void> {
  const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(force);
  clearInterval(sweep);
}
