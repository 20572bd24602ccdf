import { passwordHashOf, standingOf, unauthenticated } from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { permanent } from '../../../shared/platform/errors.ts';
import { authFailure } from '../../auth-failure.ts';
import type { SignedInUser } from '../../route.ts';

/**
 * For `prepare`: the hash that the password of who is signed in was right against. A wrong one, and the lack of any, cost
 * the same and are the same 401; who has been signed out cannot even try.
 */
export async function ownPassword(
  { deps, user }: { deps: Pick<Deps, 'database' | 'passwords' | 'metrics'>; user: SignedInUser },
  password: string,
): Promise<string> {
  const { database, passwords, metrics } = deps;
  const account = await database.transaction({ userId: user.id }, async (tx) =>
    (await standingOf(tx, user)) ? { hash: await passwordHashOf(tx) } : null,
  );
  if (!account) throw authFailure(metrics, 'session_ended', unauthenticated('The session has ended.'));
  const { hash } = account;
  if (!(await passwords.verify(password, hash)) || hash === null)
    throw authFailure(metrics, 'bad_credentials', permanent('invalid_credentials', 'The password is wrong.'));
  return hash;
}
