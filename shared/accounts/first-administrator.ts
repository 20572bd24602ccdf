import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * How somebody proves that they hold the server's secret without sending it: they sign what they ask for together with a
 * nonce of the server. Only the first administrator is made this way.
 */
export type FirstAdministrator = { nonce: string; email: string; password: string };

const LIFETIME = { minutes: 2 };
const TAG_BYTES = 16;

/** A nonce that only we can have made, and when it ends. Nothing is kept of it. @param random unpredictable, so that none is known ahead */
export function issueNonce(secretKey: string, random: Uint8Array, now: Temporal.Instant) {
  const expiresAt = now.add(LIFETIME);
  const body = `${expiresAt.epochMilliseconds}.${Buffer.from(random).toString('base64url')}`;
  return { nonce: `${body}.${tagOf(body, secretKey)}`, expiresAt };
}

/** Whether a nonce is ours, and not too old. */
export function isNonceLive(nonce: string, secretKey: string, now: Temporal.Instant): boolean {
  const end = nonce.lastIndexOf('.');
  const body = nonce.slice(0, Math.max(end, 0));
  return isSame(nonce.slice(end + 1), tagOf(body, secretKey)) && Number(body.split('.')[0]) > now.epochMilliseconds;
}

/** What goes with the request as its proof. */
export const proofOf = ({ nonce, email, password }: FirstAdministrator, secretKey: string): string =>
  createHmac('sha256', keyFor('proof', secretKey))
    .update(JSON.stringify([nonce, email, password]))
    .digest('base64url');

/** Whether whoever made the request holds the server's secret. */
export const provesSecret = (request: FirstAdministrator, proof: string, secretKey: string): boolean =>
  isSame(proof, proofOf(request, secretKey));

const tagOf = (body: string, secretKey: string): string =>
  createHmac('sha256', keyFor('nonce', secretKey)).update(body).digest().subarray(0, TAG_BYTES).toString('base64url');

const keyFor = (purpose: string, secretKey: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secretKey, '', `amira/operators/first-administrator/${purpose}`, 32));

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
