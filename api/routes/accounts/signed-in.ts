import type { z } from 'zod';
import { type Account, issueAccessToken, type SessionTokens } from '../../../shared/accounts/index.ts';
import type { Deps } from '../../../shared/compose.ts';
import { newId } from '../../../shared/platform/ids.ts';
import { instantText } from '../../../shared/platform/time/instant.ts';
import type { UserCipher } from '../../../shared/privacy/index.ts';
import { type SignedIn, viewOfUser } from './views.ts';

/** The answer to a sign-in or refresh. Made after its transaction, so that no connection waits for the signature. */
export async function signedInAnswer(
  account: Account,
  cipher: UserCipher,
  { sessionId, refreshToken, refreshTokenExpiresAt, secondFactor }: SessionTokens,
  { accountKeys, clock }: Pick<Deps, 'accountKeys' | 'clock'>,
): Promise<z.input<typeof SignedIn>> {
  const { id: userId, role, tokenVersion } = account;
  const bearer = { userId, sessionId, role, secondFactor, tokenVersion };
  const access = await issueAccessToken(bearer, newId(), accountKeys.accessToken, clock.now());
  return {
    accessToken: access.accessToken,
    accessTokenExpiresAt: instantText(access.accessTokenExpiresAt),
    refreshToken,
    refreshTokenExpiresAt: instantText(refreshTokenExpiresAt),
    user: viewOfUser(account, cipher),
  };
}
