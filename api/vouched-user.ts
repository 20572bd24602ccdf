import { type ExternalIssuer, externalOwner, openExternalAccount, unauthenticated } from '../shared/accounts/index.ts';
import type { Deps } from '../shared/compose.ts';
import { TimeZone } from '../shared/platform/time/local-date.ts';
import type { SignedInUser } from './route.ts';

type Needs = Pick<Deps, 'database' | 'clock' | 'metrics'>;

/**
 * Whom another issuer vouches for. The first valid token of somebody new opens their account, in the time zone their
 * phone says it is in.
 */
export async function vouchedUser(
  issuer: ExternalIssuer,
  token: string,
  phoneZone: string,
  { database, clock, metrics }: Needs,
): Promise<SignedInUser> {
  const now = clock.now();
  const claims = await issuer.verify(token, now);
  let id = await externalOwner(database, claims);
  if (id === null) {
    const zone = TimeZone.safeParse(phoneZone).data ?? 'UTC';
    const opened = await openExternalAccount(database, claims, zone, now);
    if (opened) metrics.businessTotal.inc({ event: 'signup' });
    id = await externalOwner(database, claims);
  }
  if (id === null) throw unauthenticated('The account has just been deleted.');
  return {
    id,
    role: 'standard',
    secondFactor: false,
    sessionId: null,
    issuedAt: claims.issuedAt,
    tokenEndsAt: claims.expiresAt,
  };
}
