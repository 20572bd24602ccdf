import { type AppError, isAppError } from '../errors.ts';
import { dataKeyDamaged, masterKeyRefused, masterKeyThrottled, masterKeyUnavailable } from './errors.ts';

/**
 * What a failed call to KMS means: a request to slow down → throttled; a key that is missing, disabled or forbidden, and
 * credentials that are refused → permanent; a blob that is not of this key and context → permanent; everything else
 * (5xx, time-outs, resets, a wrong clock) → transient.
 */
export function kmsError(error: unknown, keyId: string): AppError {
  if (isAppError(error)) return error;
  const { name = '', $metadata } = (error ?? {}) as { name?: string; $metadata?: { httpStatusCode?: number } };
  if (throttling.has(name) || $metadata?.httpStatusCode === 429) return masterKeyThrottled(error);
  if (damaged.has(name)) return dataKeyDamaged(error);
  const why = refusals[name];
  return why === undefined ? masterKeyUnavailable(error) : masterKeyRefused(keyId, why, error);
}

// KMS answers these with 400, and LimitExceededException where its cryptographic requests are too many.
const throttling = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'LimitExceededException']);

const damaged = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);

const refusals: Readonly<Record<string, string>> = {
  AccessDeniedException: 'may not be used with these credentials',
  DisabledException: 'is disabled in KMS',
  InvalidArnException: 'is not a key of KMS',
  InvalidKeyUsageException: 'is not for encrypting',
  KMSInvalidStateException: 'is not in a state to be used, perhaps about to be deleted',
  NotFoundException: 'does not exist in KMS',
  UnrecognizedClientException: 'was asked for with credentials that KMS does not know',
  InvalidSignatureException: 'was asked for with a wrong secret access key, or by a wrong clock',
  IncompleteSignatureException: 'was asked for with an incomplete signature',
  MissingAuthenticationTokenException: 'was asked for without credentials',
  CredentialsProviderError: 'cannot be asked for: there are no AWS credentials',
};
