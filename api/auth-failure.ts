import { type AccountStatus, type Role, type Scope, scopesOf } from '../shared/accounts/index.ts';
import { permanent } from '../shared/platform/errors.ts';
import type { UserId } from '../shared/platform/ids.ts';
import type { Metrics } from '../shared/platform/telemetry/metrics.ts';
import type { RouteSpec } from './route.ts';

/** Why somebody was not let in, as operators count it; clients are told less. */
type Reason =
  | 'no_token'
  | 'bad_header'
  | 'bad_token'
  | 'session_ended'
  | 'insufficient_scope'
  | 'second_factor_missing'
  | 'not_reauthenticated'
  | 'bad_second_factor'
  | 'bad_credentials'
  | 'bad_refresh_token'
  | 'replayed_refresh_token'
  | 'foreign_origin'
  | 'bad_csrf_token'
  | Exclude<AccountStatus, 'active'>;

/** A refusal as operators are told of it; `userId` where it is known before anybody is signed in. */
type AuthFailure = { readonly reason: Reason; readonly userId: UserId | undefined };

/** Beside the errors, not in them: an answer is made from an error, and must not tell. */
const failures = new WeakMap<object, AuthFailure>();

/** The error to refuse with, counted and marked for the log: `throw authFailure(metrics, 'no_token', error)`. */
export function authFailure<Failure extends object>(
  { authFailuresTotal }: Pick<Metrics, 'authFailuresTotal'>,
  reason: Reason,
  error: Failure,
  userId?: UserId,
): Failure {
  authFailuresTotal.inc({ reason });
  failures.set(error, { reason, userId });
  return error;
}

/** Why an error refuses somebody; `undefined` for any other error. */
export const failureOf = (error: unknown): AuthFailure | undefined =>
  typeof error === 'object' && error !== null ? failures.get(error) : undefined;

/** Refuses who has not the scope that a route asks for (RFC 6750: 403 `insufficient_scope`). */
export function checkScope(
  { scope = 'own' }: Pick<RouteSpec, 'scope'>,
  { role, scopes }: { role: Role; scopes: readonly Scope[] },
  metrics: Pick<Metrics, 'authFailuresTotal'>,
): void {
  if (scopes.includes(scope)) return;
  const details = { headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` } };
  if (scopesOf(role, true).includes(scope)) {
    const message = `This needs the scope ${scope}: prove the session with your second factor first.`;
    throw authFailure(metrics, 'second_factor_missing', permanent('second_factor_required', message, details));
  }
  throw authFailure(metrics, 'insufficient_scope', permanent('forbidden', `This needs the scope ${scope}.`, details));
}
