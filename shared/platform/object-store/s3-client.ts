import { S3Client } from '@aws-sdk/client-s3';
import { objectStoreError } from './s3-errors.ts';

export type S3Config = {
  bucket: string;
  region: string;
  /** A server other than Amazon's that speaks S3; addressed path-style. */
  endpoint?: string;
  /** Without them the SDK looks for the role of the task, the pod or the machine. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  timeouts?: Timeouts;
};

/** Milliseconds: until connected; without a byte in either direction. */
type Timeouts = { connect: number; idle: number };

export function s3Client({
  region,
  endpoint,
  credentials,
  timeouts = { connect: 2_000, idle: 10_000 },
}: S3Config): S3Client {
  return new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials ? { credentials } : {}),
    maxAttempts: 3,
    // By default the SDK would sign the CRC of an empty body into every presigned PUT, and S3 then refuses the real one.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    // Ciphertext is hashed by the reader, and a resumed range has no checksum of its own.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: timeouts.connect,
      socketTimeout: timeouts.idle,
      requestTimeout: timeouts.idle,
      throwOnRequestTimeout: true,
      // A read that waits for a free socket counts as connecting; a pool smaller than the reads in flight would time them out.
      httpAgent: { maxSockets: 256 },
      httpsAgent: { maxSockets: 256 },
    },
  });
}

/** Signing needs no network, but the credentials may have to be fetched first. */
export const presigned = (signing: Promise<string>): Promise<string> =>
  signing.catch((error: unknown) => {
    throw objectStoreError(error);
  });

/** Work that was called off fails with the caller's own reason, not as an outage of S3. */
export const failureOf = (error: unknown, signal: AbortSignal | undefined): unknown =>
  signal?.aborted ? signal.reason : objectStoreError(error);

export const aborting = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

export function atMost15Minutes(seconds: number): number {
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= 900) return seconds;
  throw new RangeError(`A presigned URL lives 1 to 900 seconds, not ${seconds}.`);
}
