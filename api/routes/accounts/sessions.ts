import { z } from 'zod';
import {
  endAllSessions,
  endSession,
  getAccount,
  markSeen,
  ownerOf,
  type RefreshOwner,
  rotateSession,
} from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { permanent } from '../../../shared/platform/errors.ts';
import { authFailure } from '../../auth-failure.ts';
import { defineRoute } from '../../route.ts';
import { signedInAnswer } from './signed-in.ts';
import { SignedIn } from './views.ts';

export const refresh = defineRoute(
  {
    method: 'POST',
    path: '/auth/refresh',
    limit: 'refresh',
    summary: 'Go on with a session',
    description: 'Answers a new refresh token. Using an old one again ends the session.',
    tag: 'accounts',
    who: 'anyone',
    body: z.strictObject({ refreshToken: z.string().max(4096) }),
    response: SignedIn,
    problems: ['invalid_refresh_token'],
  },
  async ({ body: { refreshToken }, deps }) => {
    const owner = ownerOf(refreshToken, deps.accountKeys.refreshToken);
    const session = owner && (await continuedSession(owner, refreshToken, deps));
    if (!session || session === 'replayed') {
      const ended = permanent('invalid_refresh_token', 'The session has ended. Sign in again.');
      throw authFailure(deps.metrics, session ? 'replayed_refresh_token' : 'bad_refresh_token', ended, owner?.userId);
    }
    return { body: await signedInAnswer(session.account, session.cipher, session.tokens, deps) };
  },
);

/** A refusal comes back out of the transaction instead of being thrown in it: the end of a stolen family must commit. */
async function continuedSession(owner: RefreshOwner, presented: string, deps: Deps) {
  const { database, clock, accountKeys } = deps;
  const cipher = await deps.userKeys.cipherOf(owner.userId);
  const now = clock.now();
  return database.transaction({ userId: owner.userId }, async (tx) => {
    const tokens = await rotateSession(tx, owner, presented, accountKeys.refreshToken, now);
    if (!tokens || tokens === 'replayed') return tokens;
    await markSeen(tx, tokens.sessionId, now);
    const account = await getAccount(tx);
    return account.status === 'active' ? { tokens, account, cipher } : null;
  });
}

export const signOut = defineRoute(
  {
    method: 'POST',
    path: '/auth/logout',
    summary: 'Sign out here, or everywhere',
    description: 'Who is signed in by another issuer has no session here: signing out is everywhere.',
    tag: 'accounts',
    who: 'user',
    body: z.strictObject({ everywhere: z.boolean().default(false) }).optional(),
  },
  async ({ tx, user, body, clock }) => {
    const everywhere = body?.everywhere || user.sessionId === null;
    if (everywhere) await endAllSessions(tx, user.id, clock.now());
    else await endSession(tx, user.sessionId, clock.now());
    return {};
  },
);
