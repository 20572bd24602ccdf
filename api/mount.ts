import type Router from '@koa/router';
import type { Deps } from '../shared/compose.ts';
import type { ApiState, Middleware } from './context.ts';
import { endpoint } from './endpoint.ts';
import { authenticate } from './middleware/authenticate.ts';
import { body } from './middleware/body.ts';
import { deprecation } from './middleware/deprecation.ts';
import { etag } from './middleware/etag.ts';
import { guard } from './middleware/guard.ts';
import { partialResponse } from './middleware/partial-response.ts';
import { limitArrivals, limitContents, limitUsers } from './middleware/rate-limit.ts';
import type { Route, RouteSpec } from './route.ts';

export const API_BASE = '/v1';

/** Puts the routes on the router. Whatever their order, `/tools/search` comes before `/tools/{id}`. */
export function mountRoutes(router: Router<ApiState>, routes: readonly Route[], deps: Deps): void {
  const addresses = new Set<string>();
  for (const route of routes.toSorted(literalFirst)) {
    const { method, path } = route.spec;
    const address = `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`;
    if (addresses.has(address)) throw new TypeError(`${address} is declared twice`);
    addresses.add(address);
    router.register(`${API_BASE}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, [method], chain(route, deps));
  }
}

/** From the outside in: who it is for is known before a byte of the body is read. */
const chain = (route: Route, deps: Deps): Middleware[] => [
  named(route.spec),
  deprecation(route.spec),
  ...limitArrivals(route.spec, deps),
  ...(route.spec.who === 'user' ? [authenticate(route.spec, deps)] : []),
  ...limitUsers(route.spec, deps),
  ...(route.spec.method === 'GET' ? [] : [body(route.spec)]),
  guard(route.spec),
  ...limitContents(route.spec, deps),
  ...(route.spec.method === 'GET' ? [etag(), partialResponse(route.spec)] : []),
  endpoint(route, deps),
];

const named =
  ({ path }: RouteSpec): Middleware =>
  (ctx, next) => {
    ctx.state.route = `${API_BASE}${path}`;
    return next();
  };

/** `{` sorts behind every character a literal segment has. */
const literalFirst = (a: Route, b: Route) => (a.spec.path < b.spec.path ? -1 : Number(a.spec.path > b.spec.path));
