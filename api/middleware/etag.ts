import { createHash } from 'node:crypto';
import type { Middleware } from '../context.ts';

/**
 * Gives every successful read an `ETag`, and answers 304 to an `If-None-Match` that names it. The tag is weak, since
 * the same answer may leave compressed or not. A route that sets a tag of its own keeps it.
 */
export const etag = (): Middleware => async (ctx, next) => {
  await next();
  if (ctx.status !== 200 || ctx.body === null || ctx.body === undefined) return;
  if (!ctx.response.get('ETag')) {
    const body = JSON.stringify(ctx.body);
    ctx.set('ETag', `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`);
    const type = ctx.type;
    ctx.body = body;
    ctx.type = type;
  }
  if (ctx.get('If-None-Match') && ctx.fresh) ctx.status = 304;
};
