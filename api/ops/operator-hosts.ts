import { isIP } from 'node:net';
import type { Config } from '../../shared/platform/config/index.ts';
import { permanent } from '../../shared/platform/errors.ts';
import type { Middleware } from '../context.ts';
import { hostName } from '../middleware/allowed-hosts.ts';

/**
 * Serves requests addressed to an IP address, to `localhost`, or to a configured name. A page that rebinds its own name
 * to the loopback sends that name, so it gets nothing.
 */
export const operatorHosts = ({ OPS_HOST, ALLOWED_HOSTS }: Pick<Config, 'OPS_HOST' | 'ALLOWED_HOSTS'>): Middleware => {
  const names = new Set(['localhost', OPS_HOST, ...ALLOWED_HOSTS].map((name) => name.toLowerCase()));
  return (ctx, next) => {
    const host = hostName(ctx.req.headers.host);
    if (isIP(host.replace(/^\[|\]$/g, '')) === 0 && !names.has(host))
      throw permanent('misdirected_request', 'This host is not served here.');
    return next();
  };
};
