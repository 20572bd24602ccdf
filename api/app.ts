import Router from '@koa/router';
import Koa from 'koa';
import type { Deps } from '../shared/compose.ts';
import type { ApiState } from './context.ts';
import { accessLog } from './middleware/access-log.ts';
import { allowedHosts } from './middleware/allowed-hosts.ts';
import { compression } from './middleware/compression.ts';
import { cors } from './middleware/cors.ts';
import { methodNotAllowed } from './middleware/method-not-allowed.ts';
import { notFoundHere } from './middleware/not-found.ts';
import { problemDetails } from './middleware/problem-details.ts';
import { perAddress } from './middleware/rate-limit.ts';
import { requestContext } from './middleware/request-context.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { securityLog } from './middleware/security-log.ts';
import { mountRoutes } from './mount.ts';
import type { Route } from './route.ts';
import { documentation } from './routes/documentation.ts';
import { routes as allRoutes } from './routes/index.ts';
import { keySet } from './routes/key-set.ts';

/** The public API. It never listens; `listeners.ts` does. */
export function buildApp(deps: Deps, routes: readonly Route[] = allRoutes): Koa<ApiState> {
  const { config, logger, metrics } = deps;
  const app = new Koa<ApiState>();
  const router = new Router<ApiState>();
  mountRoutes(router, routes, deps);
  documentation(router, routes, perAddress('address', deps.limits));
  keySet(router, deps.accountKeys.accessToken, perAddress('address', deps.limits));

  app.use(requestContext(config.TRUSTED_PROXIES));
  app.use(accessLog(logger, metrics));
  app.use(securityHeaders());
  app.use(compression());
  app.use(problemDetails(logger));
  app.use(securityLog(logger));
  app.use(allowedHosts(config.ALLOWED_HOSTS));
  app.use(cors(config.CORS_ORIGINS));
  app.use(router.routes());
  app.use(methodNotAllowed((path) => router.match(path, '').path.flatMap((layer) => layer.methods)));
  app.use(notFoundHere());
  // Answers that could not be delivered, for example to a client that hung up.
  app.on('error', (error: unknown) => logger.throttled('http-delivery', 'warn', 'An answer was lost', { err: error }));
  return app;
}
