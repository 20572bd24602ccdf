import type Koa from 'koa';
import type { Standing } from '../shared/platform/limits/limit-headers.ts';
import type { SignedInOperator } from './ops/api/route.ts';
import type { SignedInUser } from './route.ts';

/** What the middleware learns about one request, for those behind it. */
export type ApiState = {
  requestId: string;
  /** The client's address, as far as the trusted proxies vouch for it. */
  ip: string;
  /** The route's template (`/v1/emotions/{id}`), never the path itself: it labels metrics and log lines. */
  route?: string;
  user?: SignedInUser;
  /** On the operator's listener: who is signed in there. */
  operator?: SignedInOperator;
  /** The decoded body, before the guard has looked at it. */
  rawBody?: unknown;
  /** How the limits stand that have counted this request. */
  standings?: readonly Standing[];
  input?: { params: unknown; query: unknown; body: unknown };
};

export type ApiContext = Koa.ParameterizedContext<ApiState>;
export type Middleware = (ctx: ApiContext, next: () => Promise<void>) => Promise<void>;
