import { permanent } from '../shared/platform/errors.ts';
import type { SignedInUser } from './route.ts';

/** Who signed in with us. Whom another issuer vouches for has no session, password or second factor here: 403. */
export function ownSession(user: SignedInUser): Extract<SignedInUser, { sessionId: string }> {
  if (user.sessionId === null) throw permanent('forbidden', 'Another service signs you in; it keeps this for you.');
  return user;
}
