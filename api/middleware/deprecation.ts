import type { Middleware } from '../context.ts';
import type { RouteSpec } from '../route.ts';

/** Tells clients that a route will go, and when: `Deprecation` (RFC 9745) and `Sunset` (RFC 8594). */
export const deprecation = ({ deprecated }: RouteSpec): Middleware => {
  if (!deprecated) return (_ctx, next) => next();
  const since = Temporal.PlainDate.from(deprecated.since).toZonedDateTime('UTC').epochMilliseconds / 1000;
  const sunset = new Date(Temporal.PlainDate.from(deprecated.sunset).toZonedDateTime('UTC').epochMilliseconds);
  const headers = { Deprecation: `@${since}`, Sunset: sunset.toUTCString() };
  return (ctx, next) => {
    ctx.set(headers);
    return next();
  };
};
