import { createHmac } from 'node:crypto';
import type { Generations } from '../../shared/accounts/index.ts';
import { permanent } from '../../shared/platform/errors.ts';
import type { ApiContext } from '../context.ts';
import type { Repeatable } from '../idempotency-store.ts';
import type { RouteSpec } from '../route.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * The request's `Idempotency-Key` with a digest of what it asks for, or `undefined` when it has none or the route does
 * not take one. Keys of different people never meet.
 *
 * @param keys bodies may hold a password, so the digest kept for a day is keyed: nobody can guess it offline. Under which
 *   of them the first request was digested is not known while secrets change.
 */
export function repeatable(
  ctx: ApiContext,
  { idempotent }: RouteSpec,
  [current, ...accepted]: Generations<Buffer>,
): Repeatable | undefined {
  const [key, ...more] = ctx.req.headersDistinct['idempotency-key'] ?? [];
  if (!idempotent || key === undefined) return undefined;
  if (more.length > 0 || !KEY.test(key))
    throw permanent('invalid_idempotency_key', 'Send one key of 1 to 255 visible ASCII characters.');
  const asked = JSON.stringify([ctx.method, ctx.path, ctx.state.rawBody ?? null]);
  const digestUnder = (secret: Buffer) => createHmac('sha256', secret).update(asked).digest();
  return {
    scope: ctx.state.user?.id ?? 'anyone',
    key,
    digest: digestUnder(current),
    otherDigests: accepted.map(digestUnder),
  };
}
