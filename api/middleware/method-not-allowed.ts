import { permanent } from '../../shared/platform/errors.ts';
import type { Middleware } from '../context.ts';

/**
 * For an address that exists under other methods: 405 with `Allow`, and 204 to an OPTIONS that asks which.
 * `methodsAt` gives the methods a path answers to; none means that the path does not exist.
 */
export const methodNotAllowed =
  (methodsAt: (path: string) => readonly string[]): Middleware =>
  async (ctx, next) => {
    const methods = methodsAt(ctx.path);
    if (methods.length === 0) return next();
    const allow = [...new Set([...methods, 'OPTIONS'])].join(', ');
    if (ctx.method !== 'OPTIONS')
      throw permanent('method_not_allowed', `Allowed here: ${allow}.`, { headers: { Allow: allow } });
    ctx.set('Allow', allow);
    ctx.status = 204;
  };
