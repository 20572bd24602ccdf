import type { AccountStatus } from '../shared/accounts/index.ts';
import type { Metrics } from '../shared/platform/telemetry/metrics.ts';

/** Why somebody was not let in, as operators count it; clients are told less. */
type Reason =
  | 'no_token'
  | 'bad_header'
  | 'bad_token'
  | 'session_ended'
  | 'bad_credentials'
  | 'bad_refresh_token'
  | Exclude<AccountStatus, 'active'>;

/** The error to refuse with, counted: `throw authFailure(metrics, 'no_token', error)`. */
export function authFailure<Failure>(
  { authFailuresTotal }: Pick<Metrics, 'authFailuresTotal'>,
  reason: Reason,
  error: Failure,
): Failure {
  authFailuresTotal.inc({ reason });
  return error;
}
