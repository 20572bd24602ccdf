import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Middleware } from '../context.ts';

/**
 * Gives every successful read an `ETag`, and answers 304 to an `If-None-Match` that names it. The tag is weak, since
 * the same answer may leave compressed or not. A route that sets a tag of its own keeps it.
 */
export const etag = (): Middleware => async (ctx, next) => {
  await next();
  if (ctx.status !== 200 || ctx.body === null || ctx.body === undefined || ctx.body instanceof Readable) return;
  if (!ctx.response.get('ETag')) {
    const type = ctx.type || 'json';
    const body = JSON.stringify(ctx.body);
    ctx.body = body;
    ctx.type = type;
    ctx.set('ETag', tagOf(body));
  }
  if (namesTag(ctx.get('If-None-Match'), ctx.response.get('ETag'))) ctx.status = 304;
};

const tagOf = (json: string): string => `W/"${createHash('sha256').update(json).digest('base64url').slice(0, 27)}"`;

/** The tag that a read answering `body`, as its schema gives it out, is given. */
export const entityTag = (body: unknown): string => tagOf(JSON.stringify(body));

/**
 * Whether `condition`, of an `If-None-Match` or `If-Match`, names `tag`. The weak comparison of RFC 9110,
 * 13.1.2, also for `If-Match`: every tag of ours is weak. Not Koa's `ctx.fresh`: that one answers in full to
 * `Cache-Control: no-cache`, which is meant for caches on the way and which `fetch` adds to every request with a condition.
 */
export function namesTag(condition: string, tag: string): boolean {
  const opaque = (text: string) => text.trim().replace(/^W\//, '');
  return condition.trim() === '*' || condition.split(',').map(opaque).includes(opaque(tag));
}
