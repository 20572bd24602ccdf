import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { transient } from '../errors.ts';
import { type DeletionCalls, deleteExactKey } from './exact-key-deletion.ts';
import type { ObjectStore } from './port.ts';
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

/** The object store on Amazon S3. Loads the AWS SDK (tens of megabytes), so import it only in processes that touch objects. */
export function s3ObjectStore(config: S3Config): ObjectStore {
  const client = clientOf(config);
  const Bucket = config.bucket;

  return {
    async head(key, signal) {
      try {
        const found = await client.send(new HeadObjectCommand({ Bucket, Key: key }), aborting(signal));
        return { size: found.ContentLength ?? 0, versionId: found.VersionId, etag: found.ETag };
      } catch (error) {
        const failure = failureOf(error, signal);
        if (objectStoreError(failure).code !== 'object_missing') throw failure;
        // A HEAD has no body to tell a missing object from a missing bucket, and a lost bucket must not pass for lost objects.
        await checkBucket(client, Bucket);
        return null;
      }
    },

    async read(key, { versionId, from = 0, signal } = {}) {
      const range = from > 0 ? { Range: `bytes=${from}-` } : {};
      const version = versionId === undefined ? {} : { VersionId: versionId };
      try {
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket, Key: key, ...version, ...range }),
          aborting(signal),
        );
        if (!(Body instanceof Readable)) throw new TypeError('The SDK gave a body that is not a Node stream.');
        // Chunk by chunk: in byte mode a stream joins what it has buffered, which copies every byte once more.
        return Readable.from(withOurErrors(Body, signal), { objectMode: true, highWaterMark: 1 });
      } catch (error) {
        throw failureOf(error, signal);
      }
    },

    async presignPut(key, { size, contentType, expiresInSeconds }) {
      const command = new PutObjectCommand({ Bucket, Key: key, ContentLength: size, ContentType: contentType });
      const expiresIn = atMost15Minutes(expiresInSeconds);
      // Signed, these two make S3 refuse a body one byte longer or of another type.
      const signableHeaders = new Set(['host', 'content-length', 'content-type']);
      const url = await presigned(getSignedUrl(client, command, { expiresIn, signableHeaders }));
      return { method: 'PUT', url, headers: { 'content-type': contentType, 'content-length': String(size) } };
    },

    async presignGet(key, { versionId, expiresInSeconds }) {
      const version = versionId === undefined ? {} : { VersionId: versionId };
      const expiresIn = atMost15Minutes(expiresInSeconds);
      return presigned(getSignedUrl(client, new GetObjectCommand({ Bucket, Key: key, ...version }), { expiresIn }));
    },

    async deleteAllVersions(key, signal) {
      try {
        return { versionsDeleted: await deleteExactKey(key, deletionCalls(client, Bucket, signal)) };
      } catch (error) {
        throw failureOf(error, signal);
      }
    },

    check: () => checkBucket(client, Bucket),
    close: () => client.destroy(),
  };
}

function clientOf({ region, endpoint, credentials, timeouts = { connect: 2_000, idle: 10_000 } }: S3Config): S3Client {
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

async function checkBucket(client: S3Client, Bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket }));
  } catch (error) {
    const failure = objectStoreError(error);
    if (failure.code !== 'object_missing') throw failure;
    throw transient('object_store_unavailable', 'The bucket does not exist.', { cause: error });
  }
}

function deletionCalls(client: S3Client, Bucket: string, signal: AbortSignal | undefined): DeletionCalls {
  return {
    async firstVersions(key) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: key }), aborting(signal));
      return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key = '', VersionId = 'null' }) => ({
        key: Key,
        versionId: VersionId,
      }));
    },
    async deleteVersions(versions) {
      const Objects = versions.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
      const { Errors = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
        aborting(signal),
      );
      const [first] = Errors;
      if (first) throw partialFailure(first.Code, Errors.length);
    },
    async firstUploads(key) {
      const page = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: key }), aborting(signal));
      return (page.Uploads ?? []).map(({ Key = '', UploadId = '' }) => ({ key: Key, uploadId: UploadId }));
    },
    async abortUpload({ key, uploadId }) {
      try {
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId: uploadId }), aborting(signal));
      } catch (error) {
        // Completed or aborted since it was listed: the next list says which.
        if (objectStoreError(error).code !== 'object_missing') throw error;
      }
    },
  };
}

// DeleteObjects answers 200 even when single versions were refused.
const partialFailure = (code: string | undefined, count: number) =>
  objectStoreError({
    name: code,
    message: `${count} versions were not deleted`,
    $metadata: { httpStatusCode: code === 'AccessDenied' ? 403 : 500 },
  });

/** Signing needs no network, but the credentials may have to be fetched first. */
const presigned = (signing: Promise<string>): Promise<string> =>
  signing.catch((error: unknown) => {
    throw objectStoreError(error);
  });

async function* withOurErrors(body: Readable, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw failureOf(error, signal);
  }
}

/** Work that was called off fails with the caller's own reason, not as an outage of S3. */
const failureOf = (error: unknown, signal: AbortSignal | undefined): unknown =>
  signal?.aborted ? signal.reason : objectStoreError(error);

const aborting = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

function atMost15Minutes(seconds: number): number {
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= 900) return seconds;
  throw new RangeError(`A presigned URL lives 1 to 900 seconds, not ${seconds}.`);
}
