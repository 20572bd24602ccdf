import { provesReauthentication } from '../shared/accounts/index.ts';
import { permanent } from '../shared/platform/errors.ts';
import type { Metrics } from '../shared/platform/telemetry/metrics.ts';
import { authFailure } from './auth-failure.ts';
import type { AnyPrepareCall, RouteSpec, SignedInUser } from './route.ts';

export const REAUTHENTICATION_HEADER = 'X-Reauthentication';

/** Whether who asks has proved again who they are, where the route wants that. */
export async function hasReauthenticated(
  { reauthentication }: Pick<RouteSpec, 'reauthentication'>,
  { header, deps, clock }: Pick<AnyPrepareCall, 'header' | 'deps' | 'clock'>,
  user: SignedInUser,
): Promise<boolean> {
  if (!reauthentication) return true;
  // Only a session of ours can have given a password of ours.
  if (user.sessionId === null) return false;
  const bearer = { userId: user.id, sessionId: user.sessionId, tokenVersion: user.tokenVersion };
  return provesReauthentication(header(REAUTHENTICATION_HEADER), bearer, deps.accountKeys.accessToken, clock.now());
}

/** What is missing, expired, forged or somebody else's is one refusal. */
export function refuseUnproved(metrics: Pick<Metrics, 'authFailuresTotal'>): never {
  const message = `Prove once more who you are, and send the proof as ${REAUTHENTICATION_HEADER}.`;
  throw authFailure(metrics, 'not_reauthenticated', permanent('reauthentication_required', message));
}
