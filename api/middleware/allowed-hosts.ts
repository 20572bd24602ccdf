import { permanent } from '../../shared/platform/errors.ts';
import type { Middleware } from '../context.ts';

/** Serves only requests addressed to one of `hosts` (names without port); an empty list serves every host. */
export const allowedHosts = (hosts: readonly string[]): Middleware => {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return (ctx, next) => {
    if (allowed.size > 0 && !allowed.has(hostName(ctx.req.headers.host)))
      throw permanent('misdirected_request', 'This host is not served here.');
    return next();
  };
};

/** The name in a `Host` header, lower case and without port; empty when it is not one. */
export function hostName(header: string | undefined): string {
  const [, name] = /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(header ?? '') ?? [];
  return (name ?? '').toLowerCase();
}
