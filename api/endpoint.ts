import { scopesOf, standingOf, standingSince, unauthenticated } from '../shared/accounts/index.ts';
import type { Deps } from '../shared/compose.ts';
import type { Transaction } from '../shared/platform/database/database.ts';
import { authFailure, checkScope } from './auth-failure.ts';
import type { ApiContext, Middleware } from './context.ts';
import { once, onceAcross, type Remembered, type Repeatable } from './idempotency-store.ts';
import { JobAccepted } from './job-view.ts';
import { guardedAnswer } from './middleware/guard.ts';
import { repeatable } from './middleware/idempotency.ts';
import { finishedInTime } from './middleware/prefer-wait.ts';
import { hasReauthenticated, refuseUnproved } from './reauthentication.ts';
import type { Answer, AnyPrepareCall, Later, Route, RouteSpec, SignedInUser } from './route.ts';

/** What goes out: the part that is remembered, and the work that may still be waited for. */
export type Reply = Remembered & { later?: Later | undefined; stream?: Answer['stream'] };

/** Runs a route's handler on a guarded request: `prepare`, then the transaction, then the answer. */
export const endpoint =
  (route: Route, deps: Deps): Middleware =>
  async (ctx) => {
    const call = callOf(ctx, deps);
    const request = repeatable(ctx, route.spec, deps.accountKeys.requestDigests);
    const reply = call.user ? await asUser(route, call, call.user, request) : await asAnyone(route, call, request);
    send(ctx, await finishedInTime(ctx, deps.database, route.spec, reply));
  };

/** One transaction for everything: that the session still lives, the handler's work, the remembered answer. */
async function asUser(route: Route, call: AnyPrepareCall, user: SignedInUser, request: Repeatable | undefined) {
  const proved = await hasReauthenticated(route.spec, call, user);
  // Before the transaction: no connection waits for the keeper of the master key.
  const cipher = request && (await call.deps.userKeys.cipherOf(user.id));
  const prepared = await route.prepare(call);
  let handled = false;
  const readOnly = route.spec.method === 'GET';
  const reply = call.deps.database.transaction({ userId: user.id, readOnly }, async (tx): Promise<Reply> => {
    const standing = await standingOf(tx, user);
    if (!standing) return refuseToken(tx, route.spec, user, call.deps);
    const { role, secondFactor } = standing;
    // The token's own scopes were checked before; a role that was lost since counts too.
    checkScope(route.spec, { role, scopes: scopesOf(role, secondFactor) }, call.deps.metrics);
    if (!proved) refuseUnproved(call.deps.metrics);
    const work = async () => {
      const answer = await route.handle({ ...call, user: { ...user, role, secondFactor }, tx, prepared });
      const made = replyOf(route.spec, answer);
      handled = true;
      return made;
    };
    return request && cipher ? once(tx, request, cipher, work) : work();
  });
  return reply.finally(() => (handled ? undefined : discard(route, prepared, call)));
}

/** Not where only the commit failed: it may have succeeded unseen. */
async function discard({ discard }: Route, prepared: unknown, call: AnyPrepareCall): Promise<void> {
  try {
    await discard?.(prepared, call);
  } catch (error) {
    call.deps.logger.warn({ err: error }, 'What a refused request had begun was not undone');
  }
}

/** A token of before: whoever lost the role that the route asks for is told so, everybody else to get a new one. */
async function refuseToken(tx: Transaction, spec: RouteSpec, user: SignedInUser, { metrics }: Deps): Promise<never> {
  const since = await standingSince(tx, user);
  if (since) checkScope(spec, { role: since.role, scopes: scopesOf(since.role, since.secondFactor) }, metrics);
  throw authFailure(metrics, 'session_ended', unauthenticated('The session has ended.'));
}

async function asAnyone(route: Route, call: AnyPrepareCall, request: Repeatable | undefined): Promise<Reply> {
  const work = async () => {
    const prepared = await route.prepare(call);
    return replyOf(route.spec, await route.handle({ ...call, tx: undefined, prepared }));
  };
  return request ? onceAcross(call.deps.database, request, work) : work();
}

/** The answer as the route declares it. Inside the transaction: an answer that breaks its promise undoes the work. */
export function replyOf(spec: RouteSpec, { body, status, location, headers, later, stream }: Answer): Reply {
  return {
    status: status ?? spec.status ?? (spec.response || stream ? 200 : 204),
    headers: {
      ...headers,
      ...(spec.streams ? { 'Content-Type': spec.streams.type } : {}),
      ...(location === undefined ? {} : { Location: location }),
    },
    body: later ? guardedAnswer(spec, JobAccepted, { jobId: later.jobId }) : guardedAnswer(spec, spec.response, body),
    later,
    ...(stream ? { stream } : {}),
  };
}

export function send(ctx: ApiContext, { status, headers, body, stream }: Remembered & Pick<Reply, 'stream'>): void {
  // Of HEAD nobody reads it.
  const opened = ctx.method === 'HEAD' ? undefined : stream?.();
  ctx.set(headers);
  ctx.status = status;
  if (body !== undefined && body !== null) ctx.body = body;
  if (!opened) return;
  ctx.compress = false;
  ctx.body = opened;
}

export function callOf(ctx: ApiContext, deps: Deps): AnyPrepareCall {
  const { user, input } = ctx.state;
  return {
    deps,
    clock: deps.clock,
    user,
    params: input?.params,
    query: input?.query,
    body: input?.body,
    headersOnly: ctx.method === 'HEAD',
    header: (name) => ctx.get(name) || undefined,
    respondLater: (jobId, finished) => ({
      status: 202,
      location: `/v1/jobs/${jobId}`,
      later: { jobId, ...(finished ? { finished } : {}) },
    }),
  };
}
