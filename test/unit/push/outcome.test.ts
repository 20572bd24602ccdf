import { describe, expect, it } from '@jest/globals';
import { outcomeOfFailure } from '../../../shared/platform/push/outcome.ts';

const now = Temporal.Instant.from('2026-03-01T12:00:00Z');
const fcmError = (errorCode: string) => ({
  '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError',
  errorCode,
});
const answered = (status: number, canonical: string, details: object[] = [], headers: object = {}) => ({
  code: 'messaging/whatever-the-sdk-says',
  httpResponse: { status, headers, data: { error: { code: status, status: canonical, message: '…', details } } },
});

describe('the outcome of a failed send', () => {
  it.each<[string, unknown, object]>([
    [
      'UNREGISTERED proves a dead token',
      answered(404, 'NOT_FOUND', [fcmError('UNREGISTERED')]),
      { kind: 'unregistered' },
    ],
    [
      'a plain NOT_FOUND is the project',
      answered(404, 'NOT_FOUND'),
      { kind: 'refused', code: 'not_found', systemic: true },
    ],
    [
      'UNREGISTERED in another kind of detail proves nothing',
      answered(404, 'NOT_FOUND', [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', errorCode: 'UNREGISTERED' }]),
      { kind: 'refused', code: 'not_found', systemic: true },
    ],
    [
      'a missing permission is the project',
      answered(403, 'PERMISSION_DENIED'),
      { kind: 'refused', code: 'permission_denied', systemic: true },
    ],
    [
      'an expired access token is the project',
      answered(401, 'UNAUTHENTICATED'),
      { kind: 'refused', code: 'unauthenticated', systemic: true },
    ],
    [
      'a bad message is the message',
      answered(400, 'INVALID_ARGUMENT', [fcmError('INVALID_ARGUMENT')]),
      { kind: 'refused', code: 'invalid_argument', systemic: false },
    ],
    [
      'third-party auth is the project, whatever the status',
      answered(400, 'INVALID_ARGUMENT', [fcmError('THIRD_PARTY_AUTH_ERROR')]),
      { kind: 'refused', code: 'third_party_auth_error', systemic: true },
    ],
    [
      '429 pauses for a minute at least',
      answered(429, 'RESOURCE_EXHAUSTED', [fcmError('QUOTA_EXCEEDED')]),
      { kind: 'retry', code: 'quota_exceeded', status: 429, retryAfterMs: 60_000, ambiguous: false },
    ],
    [
      '429 pauses until the date it names',
      answered(429, 'RESOURCE_EXHAUSTED', [], { 'retry-after': 'Sun, 01 Mar 2026 12:05:00 GMT' }),
      { kind: 'retry', code: 'resource_exhausted', status: 429, retryAfterMs: 300_000, ambiguous: false },
    ],
    [
      '500 failed for certain',
      answered(500, 'INTERNAL', [fcmError('INTERNAL')]),
      { kind: 'retry', code: 'internal', status: 500, retryAfterMs: undefined, ambiguous: false },
    ],
    [
      '503 may have been delivered',
      answered(503, 'UNAVAILABLE', [], { 'retry-after': '12' }),
      { kind: 'retry', code: 'unavailable', status: 503, retryAfterMs: 12_000, ambiguous: true },
    ],
    [
      'a page of some proxy may hide a delivery',
      { code: 'messaging/unknown-error', httpResponse: { status: 504, headers: {}, data: '<html>' } },
      { kind: 'retry', code: 'http_504', status: 504, retryAfterMs: undefined, ambiguous: true },
    ],
    [
      'a message the SDK refuses itself is the message',
      { code: 'messaging/invalid-payload' },
      { kind: 'refused', code: 'invalid_payload', systemic: false },
    ],
    [
      'a refused connection delivered nothing',
      { code: 'app/network-error', cause: { code: 'ECONNREFUSED' } },
      { kind: 'retry', code: 'network_unreachable', status: undefined, retryAfterMs: undefined, ambiguous: false },
    ],
    [
      'a broken session is found within the aggregate',
      {
        code: 'messaging/unknown-error',
        cause: { errors: [{ code: 'app/network-error' }, { cause: { code: 'ENOTFOUND' } }] },
      },
      { kind: 'retry', code: 'network_unreachable', status: undefined, retryAfterMs: undefined, ambiguous: false },
    ],
    [
      'a time-out may have been delivered',
      { code: 'app/network-timeout', cause: { code: 'ETIMEDOUT' } },
      { kind: 'retry', code: 'network_timeout', status: undefined, retryAfterMs: undefined, ambiguous: true },
    ],
    [
      'refused credentials are the project',
      { code: 'app/invalid-credential', cause: { status: 400, message: 'invalid_grant' } },
      { kind: 'refused', code: 'credentials_refused', systemic: true },
    ],
    [
      'a token endpoint in trouble delivered nothing',
      { code: 'app/invalid-credential', cause: { status: 503 } },
      { kind: 'retry', code: 'credentials_unavailable', status: 503, retryAfterMs: undefined, ambiguous: false },
    ],
    [
      'what nobody has seen before may have been delivered',
      'boom',
      { kind: 'retry', code: 'network_lost', status: undefined, retryAfterMs: undefined, ambiguous: true },
    ],
  ])('%s', (_, error, outcome) => {
    expect(outcomeOfFailure(error, now)).toEqual(outcome);
  });
});
