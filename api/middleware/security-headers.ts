import type { Middleware } from '../context.ts';

/** An API has nothing to render: whatever a browser makes of an answer may load and frame nothing. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': API_POLICY,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** Set before anything else runs, so that refusals carry them too; a page may replace the policy with its own. */
export const securityHeaders = (): Middleware => (ctx, next) => {
  ctx.set(HEADERS);
  return next();
};
