import { type AppError, isAppError, permanent, throttled, transient } from '../errors.ts';

/**
 * What a failed call to S3 means for the caller: 404 → permanent `object_missing`, 403 → permanent `object_store_denied`,
 * 416 → permanent `object_range_invalid`, a request to slow down → throttled `object_store_throttled`, everything else (5xx, time-outs, resets, a missing bucket) → transient `object_store_unavailable`.
 */
export function objectStoreError(error: unknown): AppError {
  if (isAppError(error)) return error;
  const { name, status, retryAfterMs } = factsOf(error);
  if (missing.has(name) || (status === 404 && name !== 'NoSuchBucket'))
    return permanent('object_missing', 'The object is not in the object store.', { cause: error });
  if (throttling.has(name) || status === 429)
    return throttled('object_store_throttled', 'The object store asked for a pause.', retryAfterMs, { cause: error });
  if (status === 416) return permanent('object_range_invalid', 'The object has no such bytes.', { cause: error });
  // A wrong clock also answers 403, but mends itself once the clock is right.
  if (status === 403 && name !== 'RequestTimeTooSkewed')
    return permanent('object_store_denied', 'The object store refused the credentials.', { cause: error });
  return transient('object_store_unavailable', 'The object store cannot be reached or failed.', { cause: error });
}

// A delete marker asked for by its version answers 405: there is no object there either.
const missing = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound', 'MethodNotAllowed']);
const throttling = new Set([
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
]);

const defaultPauseMs = 5_000;

function factsOf(error: unknown): { name: string; status: number | undefined; retryAfterMs: number } {
  const { name, $metadata, $response } = (error ?? {}) as SdkError;
  const seconds = Number($response?.headers?.['retry-after']);
  return {
    name: name ?? '',
    status: $metadata?.httpStatusCode,
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : defaultPauseMs,
  };
}

type SdkError = {
  name?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
};
