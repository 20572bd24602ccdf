import { S3Error } from '../s3/errors.ts';

/** A refusal as KMS words it: `__type` and `message` in a JSON body. */
export class KmsError extends Error {
  override readonly name = 'KmsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const kmsRefusal = (code: string, message = '', status = 400) => new KmsError(code, status, message);

/** What KMS calls a signature that S3 would have refused. */
export function refusalOf(error: unknown): KmsError {
  if (error instanceof KmsError) return error;
  if (!(error instanceof S3Error)) return kmsRefusal('KMSInternalException', String(error), 500);
  return kmsRefusal(signatureErrors[error.code] ?? 'AccessDeniedException', error.message);
}

const signatureErrors: Readonly<Record<string, string>> = {
  AccessDenied: 'MissingAuthenticationTokenException',
  AuthorizationHeaderMalformed: 'IncompleteSignatureException',
  InvalidAccessKeyId: 'UnrecognizedClientException',
  InvalidToken: 'UnrecognizedClientException',
  RequestTimeTooSkewed: 'InvalidSignatureException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
};
