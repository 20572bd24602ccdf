import Router from '@koa/router';
import type { Deps } from '../../../shared/compose.ts';
import type { ApiState, Middleware } from '../../context.ts';
import { accessLog } from '../../middleware/access-log.ts';
import { body } from '../../middleware/body.ts';
import { etag } from '../../middleware/etag.ts';
import { guard } from '../../middleware/guard.ts';
import { methodNotAllowed } from '../../middleware/method-not-allowed.ts';
import { notFoundHere } from '../../middleware/not-found.ts';
import { partialResponse } from '../../middleware/partial-response.ts';
import { limitArrivals, limitContents } from '../../middleware/rate-limit.ts';
import { authorize, identify } from './authenticate.ts';
import { opsDocument } from './document.ts';
import { opsEndpoint } from './endpoint.ts';
import { OPS_API_BASE, type OpsRoute } from './route.ts';
import { opsRoutes } from './routes/index.ts';

/** Everything below `/ops/api`. To who has no session it looks as if there were nothing but a way to sign in. */
export function opsApi(deps: Deps, routes: readonly OpsRoute[] = opsRoutes): Middleware {
  const router = new Router<ApiState>({ prefix: OPS_API_BASE });
  for (const route of routes) {
    const { method, path } = route.spec;
    router.register(path.replaceAll(/\{(\w+)\}/g, ':$1'), [method], chain(route, deps));
  }
  let document: unknown;
  router.get('/openapi.json', signedIn, etag(), (ctx) => {
    document ??= opsDocument(routes);
    ctx.body = document;
  });
  const steps = [
    accessLog(deps.logger, deps.metrics),
    identify(deps),
    router.routes() as unknown as Middleware,
    signedIn,
    methodNotAllowed((path) => router.match(path, '').path.flatMap((layer) => layer.methods)),
    missing,
  ];
  return (ctx, next) => (ctx.path.startsWith(`${OPS_API_BASE}/`) ? run(steps, ctx) : next());
}

/** From the outside in: who it is for is known before a byte of the body is read. */
const chain = (route: OpsRoute, deps: Deps): Middleware[] => [
  (ctx, next) => {
    ctx.state.route = `${OPS_API_BASE}${route.spec.path}`;
    return next();
  },
  ...limitArrivals(route.spec, deps),
  authorize(route, deps),
  ...(route.spec.method === 'GET' ? [] : [body(route.spec)]),
  guard(route.spec),
  ...limitContents(route.spec, deps),
  ...(route.spec.method === 'GET' ? [etag(), partialResponse(route.spec)] : []),
  opsEndpoint(route, deps),
];

const missing = notFoundHere();

const signedIn: Middleware = (ctx, next) => (ctx.state.operator ? next() : missing(ctx, next));

/** The steps one inside the other, as Koa runs its own. */
const run = ([step, ...inner]: readonly Middleware[], ctx: Parameters<Middleware>[0]): Promise<void> =>
  step ? step(ctx, () => run(inner, ctx)) : Promise.resolve();
