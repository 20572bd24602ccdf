import { AsyncLocalStorage } from 'node:async_hooks';
import { stopwatch } from '../../shared/platform/clock.ts';
import type { LogFields, Logger } from '../../shared/platform/telemetry/logger.ts';
import type { Metrics } from '../../shared/platform/telemetry/metrics.ts';
import type { Middleware } from '../context.ts';

/**
 * One line and one measurement a request, once its answer has left (or the client has). The query is left out: it may
 * hold what people typed. Metrics are labelled with the route's template, so that their number stays bounded.
 */
export const accessLog =
  (logger: Pick<Logger, 'info' | 'throttled'>, metrics: Pick<Metrics, 'httpRequestDurationSeconds'>): Middleware =>
  (ctx, next) => {
    const elapsed = stopwatch();
    const ended = () => {
      const milliseconds = elapsed();
      const { user, route = 'unmatched' } = ctx.state;
      const method = METHODS.has(ctx.method) ? ctx.method : 'other';
      metrics.httpRequestDurationSeconds.observe({ route, method, status: ctx.res.statusCode }, milliseconds / 1000);
      const line: LogFields = {
        category: 'access',
        ...(user ? { user_id: user.id } : {}),
        method: ctx.method,
        path: ctx.path.replaceAll(SECRETS, '…').slice(0, 500),
        route,
        status_code: ctx.res.statusCode,
        duration_ms: Math.round(milliseconds * 10) / 10,
        ...(ctx.res.writableFinished ? {} : { aborted: true }),
      };
      const key = `access ${route} ${ctx.res.statusCode}`;
      if (REFUSED_IN_FLOODS.has(ctx.res.statusCode)) logger.throttled(key, 'info', 'Request', line);
      else logger.info(line, 'Request');
    };
    // The event comes from the socket, outside this request's context.
    ctx.res.once('close', AsyncLocalStorage.bind(ended));
    return next();
  };

/** What opens something by itself, as the token of a shared recording does, wherever in an address it was put. */
const SECRETS = /[\w-]{40,}/g;

/** Of what is refused because there is too much of it, one line a second for each route; the metric has them all. */
const REFUSED_IN_FLOODS = new Set([429, 503]);

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
