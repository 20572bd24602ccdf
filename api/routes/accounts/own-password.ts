import { passwordHashOf, standingOf, unauthenticated } from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { permanent } from '../../../shared/platform/errors.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { authFailure } from '../../auth-failure.ts';
import { ownSession } from '../../own-session.ts';
import type { SignedInUser } from '../../route.ts';

/** The hash a password was right against, and the session in which it was given. */
export type OwnPassword = {
  verifiedHash: string;
  session: { userId: UserId; sessionId: string; tokenVersion: number };
};

/**
 * For `prepare`: that the password is the one of who is signed in. A wrong one costs as much as a right one and is
 * 401; who has been signed out cannot even try.
 */
export async function ownPassword(
  { deps, user }: { deps: Pick<Deps, 'database' | 'passwords' | 'metrics'>; user: SignedInUser },
  password: string,
): Promise<OwnPassword> {
  const { database, passwords, metrics } = deps;
  const { sessionId, tokenVersion } = ownSession(user);
  const account = await database.transaction({ userId: user.id }, async (tx) =>
    (await standingOf(tx, user)) ? { hash: await passwordHashOf(tx) } : null,
  );
  if (!account) throw authFailure(metrics, 'session_ended', unauthenticated('The session has ended.'));
  const { hash } = account;
  const isTheirs = await passwords.verify(password, hash);
  if (!isTheirs || hash === null)
    throw authFailure(metrics, 'bad_credentials', permanent('invalid_credentials', 'The password is wrong.'));
  return { verifiedHash: hash, session: { userId: user.id, sessionId, tokenVersion } };
}
