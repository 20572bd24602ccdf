import type { OutgoingHttpHeaders } from 'node:http2';
import type { Fault } from './faults.ts';
import { googleError } from './google-error.ts';

export type Answer = { status: number; body: string; headers?: OutgoingHttpHeaders };

export const json = (status: number, body: unknown, headers?: OutgoingHttpHeaders): Answer => ({
  status,
  body: JSON.stringify(body),
  ...(headers ? { headers } : {}),
});

/** Faults FCM puts into words; the others are done to the connection. */
type WordedFault = Exclude<
  Fault['kind'],
  'hang' | 'slow' | 'cut' | 'reset' | 'hang-up' | 'stream-reset' | 'accept-then-reset' | 'bad-gateway'
>;

/** The error code FCM's reference gives each, its HTTP status, its canonical status and a message. */
const words: Record<WordedFault, [errorCode: string | undefined, status: number, canonical: string, message: string]> =
  {
    unregistered: ['UNREGISTERED', 404, 'NOT_FOUND', 'Requested entity was not found.'],
    'not-found': [undefined, 404, 'NOT_FOUND', 'Requested entity was not found.'],
    'sender-id-mismatch': ['SENDER_ID_MISMATCH', 403, 'PERMISSION_DENIED', 'SenderId mismatch'],
    'third-party-auth-error': [
      'THIRD_PARTY_AUTH_ERROR',
      401,
      'UNAUTHENTICATED',
      'Auth error from APNS or Web Push Service',
    ],
    'invalid-argument': [
      'INVALID_ARGUMENT',
      400,
      'INVALID_ARGUMENT',
      'The registration token is not a valid FCM registration token',
    ],
    'quota-exceeded': ['QUOTA_EXCEEDED', 429, 'RESOURCE_EXHAUSTED', 'Sending limit exceeded for the message target.'],
    internal: ['INTERNAL', 500, 'INTERNAL', 'Internal error encountered.'],
    unavailable: ['UNAVAILABLE', 503, 'UNAVAILABLE', 'The service is currently unavailable.'],
  };

/** The answer a fault is worded in, and the name it is captured under; `undefined` for what is done to the connection. */
export function wordedAnswer(fault: Fault): { outcome: string; answer: Answer } | undefined {
  if (fault.kind === 'bad-gateway') {
    const answer = { status: 502, body: '<!DOCTYPE html><title>Error 502 (Server Error)!!1</title>' };
    return { outcome: 'BAD_GATEWAY', answer: { ...answer, headers: { 'content-type': 'text/html' } } };
  }
  if (!isWorded(fault.kind)) return undefined;
  const [errorCode, status, canonical, message] = words[fault.kind];
  const retryAfter = 'retryAfter' in fault ? fault.retryAfter : undefined;
  const body = googleError(status, canonical, message, errorCode ? { errorCode } : {});
  return {
    outcome: errorCode ?? canonical,
    answer: json(status, body, retryAfter === undefined ? undefined : { 'retry-after': retryAfter }),
  };
}

const isWorded = (kind: Fault['kind']): kind is WordedFault => Object.hasOwn(words, kind);
