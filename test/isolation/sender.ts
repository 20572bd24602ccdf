import { issueAccessToken, issueReauthenticationProof } from '../../shared/accounts/index.ts';
import type { Deps } from '../../shared/compose.ts';
import { newId } from '../../shared/platform/ids.ts';
import type { ApiClient, Reply } from '../support/api/client.ts';
import type { Attempt } from './attempt.ts';
import type { Inhabitant } from './inhabitant.ts';

export type Send = (who: Inhabitant, attempt: Request) => Promise<Reply>;
type Request = Pick<Attempt, 'method' | 'path' | 'body' | 'headers' | 'proved'>;
type Signed = { token: string; proof: string; until: number };

/** Signed anew well before they run out: proofs do after five minutes. */
const SIGNED_MS = 3 * 60_000;

/** Sends as somebody, under an access token that has not run out. */
export function sender({ accountKeys, clock }: Pick<Deps, 'accountKeys' | 'clock'>, client: ApiClient): Send {
  const known = new Map<Inhabitant, Signed>();
  const signedFor = async (who: Inhabitant): Promise<Signed> => {
    const signed = known.get(who);
    if (signed && signed.until > performance.now()) return signed;
    const { id: userId, sessionId } = who.person;
    const bearer = { userId, sessionId, tokenVersion: 1 };
    const claims = { ...bearer, role: 'standard', secondFactor: false } as const;
    const { accessToken: token } = await issueAccessToken(claims, newId(), accountKeys.accessToken, clock.now());
    const { proof } = await issueReauthenticationProof(bearer, accountKeys.accessToken, clock.now());
    const fresh = { token, proof, until: performance.now() + SIGNED_MS };
    known.set(who, fresh);
    return fresh;
  };
  return async (who, { method, path, body, headers, proved }) => {
    const { token, proof } = await signedFor(who);
    const signed = { Authorization: `Bearer ${token}`, ...(proved ? { 'X-Reauthentication': proof } : {}) };
    return client.send(method, path, { body, headers: { ...signed, ...headers } });
  };
}
