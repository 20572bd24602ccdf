import type { Middleware } from '../context.ts';

const METHODS = 'GET, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-Reauthentication, X-Request-Id, X-Time-Zone';
const ANSWER_HEADERS =
  'Deprecation, ETag, Location, RateLimit, RateLimit-Policy, Retry-After, Sunset, X-Request-Id, Preference-Applied';

/** Lets pages of `origins` read answers. With no origins, no page of another origin may: browsers refuse by default. */
export const cors = (origins: readonly string[]): Middleware => {
  const allowed = new Set(origins);
  return async (ctx, next) => {
    if (allowed.size === 0) return next();
    ctx.vary('Origin');
    const origin = ctx.get('Origin');
    if (!allowed.has(origin)) return next();
    ctx.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': ANSWER_HEADERS });
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin');
    if (!isPreflight(ctx.method, ctx.get('Access-Control-Request-Method'))) return next();
    ctx.set({
      'Access-Control-Allow-Methods': METHODS,
      'Access-Control-Allow-Headers': REQUEST_HEADERS,
      'Access-Control-Max-Age': '600',
    });
    ctx.status = 204;
  };
};

const isPreflight = (method: string, requested: string) => method === 'OPTIONS' && requested !== '';
