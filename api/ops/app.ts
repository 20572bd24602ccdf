import Router from '@koa/router';
import Koa from 'koa';
import type { Deps } from '../../shared/compose.ts';
import { type Phase, readiness } from '../../shared/platform/health.ts';
import { desiredWorkers } from '../../shared/scaling/desired-workers.ts';
import type { ApiState } from '../context.ts';
import { methodNotAllowed } from '../middleware/method-not-allowed.ts';
import { notFoundHere } from '../middleware/not-found.ts';
import { problemDetails } from '../middleware/problem-details.ts';
import { requestContext } from '../middleware/request-context.ts';
import { securityHeaders } from '../middleware/security-headers.ts';
import { securityLog } from '../middleware/security-log.ts';
import { opsApi } from './api/mount.ts';
import { captures } from './captures.ts';
import { metricsText } from './metrics-text.ts';
import { operatorHosts } from './operator-hosts.ts';
import { queueDashboard } from './queue-dashboard.ts';

/** The operator's listener: what the on-call, the scraper and the orchestrator ask for. Never reachable from outside. */
export function buildOpsApp(deps: Deps, phase: () => Phase): Koa<ApiState> {
  const { config, logger } = deps;
  const app = new Koa<ApiState>();
  const router = new Router<ApiState>();
  health(router, deps, phase);
  if (config.ENABLE_METRICS) metrics(router, deps);
  router.get('/scale', async (ctx) => {
    ctx.body = await desiredWorkers(deps.database);
  });
  captures(router, config);

  app.use(requestContext(config.TRUSTED_PROXIES));
  app.use(securityHeaders());
  app.use(problemDetails(logger));
  app.use(securityLog(logger));
  app.use(operatorHosts(config));
  app.use(opsApi(deps));
  app.use(router.routes());
  app.use(queueDashboard(deps));
  app.use(methodNotAllowed((path) => router.match(path, '').path.flatMap((layer) => layer.methods)));
  app.use(notFoundHere());
  app.on('error', (error: unknown) => logger.throttled('ops-delivery', 'warn', 'An answer was lost', { err: error }));
  return app;
}

function health(router: Router<ApiState>, deps: Deps, phase: () => Phase): void {
  // Answered by the event loop alone: a process is not restarted because its database is away.
  router.get('/health/live', (ctx) => {
    ctx.body = { live: true };
  });
  router.get('/health/startup', (ctx) => {
    const started = phase() !== 'starting';
    ctx.status = started ? 200 : 503;
    ctx.body = { started };
  });
  router.get('/health/ready', async (ctx) => {
    const state = await readiness(deps, phase());
    ctx.status = state.ready ? 200 : 503;
    ctx.body = state;
  });
}

function metrics(router: Router<ApiState>, deps: Deps): void {
  router.get('/metrics', async (ctx) => {
    ctx.body = await metricsText(deps);
    ctx.set('Content-Type', deps.metrics.registry.contentType);
  });
}
