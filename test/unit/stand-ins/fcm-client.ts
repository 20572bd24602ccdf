import { connect } from 'node:http2';
import { json } from 'node:stream/consumers';
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import type { FcmStandIn } from '../../support/stand-ins/fcm/index.ts';

export const sendPath = '/v1/projects/amira-embedded/messages:send';

/** Sends what the SDK never would; `body` goes out as it is when it is a string. */
export async function sendRaw(url: string, request: { path: string; authorization: string; body: unknown }) {
  const { path, authorization, body } = request;
  const session = connect(url);
  const headers = { ':method': 'POST', ':path': path, authorization, 'content-type': 'application/json' };
  const stream = session.request(headers);
  const answered = new Promise<{ status: number | undefined; retryAfter: unknown }>((resolve, reject) => {
    stream.once('error', reject);
    stream.once('response', (answer) => resolve({ status: answer[':status'], retryAfter: answer['retry-after'] }));
  });
  stream.end(typeof body === 'string' ? body : JSON.stringify(body));
  const answer = { ...(await answered), body: await json(stream) };
  session.close();
  return answer;
}

/** An assertion as the SDK would sign it, but for `changes` to its claims and perhaps another key. */
export async function assertionOf(
  { serviceAccount }: FcmStandIn,
  now: Temporal.Instant,
  changes: Record<string, unknown> = {},
  privateKey = serviceAccount.private_key,
): Promise<string> {
  const iat = Math.floor(now.epochMilliseconds / 1000);
  const claims = {
    iss: serviceAccount.client_email,
    aud: 'https://oauth2.googleapis.com/token',
    scope: 'https://www.googleapis.com/auth/firebase.messaging',
    iat,
    exp: iat + 3600,
    ...changes,
  };
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(await importPKCS8(privateKey, 'RS256'));
}

export async function grant(url: string, assertion: string, type = 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
  const body = new URLSearchParams({ grant_type: type, assertion });
  const answer = await fetch(`${url}/token`, { method: 'POST', body });
  return { status: answer.status, body: z.record(z.string(), z.unknown()).parse(await answer.json()) };
}

export async function newAccessToken(fcm: FcmStandIn, now: Temporal.Instant): Promise<string> {
  const { body } = await grant(fcm.url, await assertionOf(fcm, now));
  return z.string().parse(body['access_token']);
}
