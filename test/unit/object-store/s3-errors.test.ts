import { describe, expect, it } from '@jest/globals';
import { permanent } from '../../../shared/platform/errors.ts';
import { objectStoreError } from '../../../shared/platform/object-store/s3-errors.ts';

const sdkError = (name: string, httpStatusCode?: number, headers: Record<string, string> = {}) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode }, $response: { headers } });

describe('what a failure of S3 means', () => {
  it.each([
    ['NoSuchKey', 404, 'permanent', 'object_missing'],
    ['NoSuchVersion', 404, 'permanent', 'object_missing'],
    ['NotFound', 404, 'permanent', 'object_missing'],
    ['MethodNotAllowed', 405, 'permanent', 'object_missing'],
    ['NoSuchBucket', 404, 'transient', 'object_store_unavailable'],
    ['AccessDenied', 403, 'permanent', 'object_store_denied'],
    ['InvalidAccessKeyId', 403, 'permanent', 'object_store_denied'],
    ['RequestTimeTooSkewed', 403, 'transient', 'object_store_unavailable'],
    ['InvalidRange', 416, 'permanent', 'object_range_invalid'],
    ['SlowDown', 503, 'throttled', 'object_store_throttled'],
    ['TooManyRequests', 429, 'throttled', 'object_store_throttled'],
    ['ServiceUnavailable', 503, 'transient', 'object_store_unavailable'],
    ['InternalError', 500, 'transient', 'object_store_unavailable'],
    ['TimeoutError', undefined, 'transient', 'object_store_unavailable'],
    ['CredentialsProviderError', undefined, 'transient', 'object_store_unavailable'],
  ])('%s (%s) is %s %s', (name, status, errorClass, code) => {
    expect(objectStoreError(sdkError(name, status))).toMatchObject({ class: errorClass, code });
  });

  it('pauses for as long as S3 says, or five seconds', () => {
    expect(objectStoreError(sdkError('SlowDown', 503, { 'retry-after': '30' })).retryAfterMs).toBe(30_000);
    expect(objectStoreError(sdkError('SlowDown', 503)).retryAfterMs).toBe(5_000);
  });

  it('keeps the cause, and leaves our own errors as they are', () => {
    const cause = sdkError('InternalError', 500);
    expect(objectStoreError(cause).cause).toBe(cause);
    const ours = permanent('object_missing', 'gone');
    expect(objectStoreError(ours)).toBe(ours);
    expect(objectStoreError(undefined).class).toBe('transient');
  });
});
