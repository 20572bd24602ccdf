import type Router from '@koa/router';
import { type AccessTokenKeys, publicKeySet } from '../../shared/accounts/index.ts';
import type { ApiState, Middleware } from '../context.ts';
import { etag } from '../middleware/etag.ts';

/** Where whoever checks our access tokens finds the keys to do it with (RFC 7517). Secrets change over days, so minutes are fresh. */
export function keySet(router: Router<ApiState>, keys: AccessTokenKeys, limit: Middleware): void {
  const set = publicKeySet(keys);
  router.get('/.well-known/jwks.json', limit, etag(), (ctx) => {
    ctx.set('Cache-Control', 'public, max-age=300');
    ctx.type = 'application/jwk-set+json';
    ctx.body = set;
  });
}
