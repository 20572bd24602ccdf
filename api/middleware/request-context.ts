import { newId } from '../../shared/platform/ids.ts';
import { withTrace } from '../../shared/platform/telemetry/trace-context.ts';
import { childTraceParent, formatTraceParent } from '../../shared/platform/telemetry/trace-parent.ts';
import { clientAddress } from '../client-address.ts';
import type { Middleware } from '../context.ts';

/** Printable and free of quotes, so that an id can be pasted into a log search and cannot forge a log line. */
const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

/**
 * Gives the request its id and its span: the client's `X-Request-Id` and trace where they are well formed, new ones
 * otherwise. Jobs the request asks for carry both.
 */
export const requestContext = (trustedProxies: readonly string[]): Middleware => {
  const addressOf = clientAddress(trustedProxies);
  return (ctx, next) => {
    const sent = ctx.get('X-Request-Id');
    const requestId = REQUEST_ID.test(sent) ? sent : newId();
    ctx.state.requestId = requestId;
    ctx.state.ip = addressOf(ctx.req);
    ctx.set('X-Request-Id', requestId);
    return withTrace({ traceParent: formatTraceParent(childTraceParent(ctx.get('traceparent'))), requestId }, next);
  };
};
