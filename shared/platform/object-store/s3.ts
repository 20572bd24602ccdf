import { Readable } from 'node:stream';
import { GetObjectCommand, HeadBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { transient } from '../errors.ts';
import { deleteExactKey } from './exact-key-deletion.ts';
import type { ObjectStore } from './port.ts';
import { aborting, atMost15Minutes, failureOf, presigned, type S3Config, s3Client } from './s3-client.ts';
import { deletionCalls } from './s3-deletion.ts';
import { objectStoreError } from './s3-errors.ts';
import { s3Listing } from './s3-listing.ts';
import { s3Multipart } from './s3-multipart.ts';

export type { S3Config } from './s3-client.ts';

/** The object store on Amazon S3. Loads the AWS SDK (tens of megabytes), so import it only in processes that touch objects. */
export function s3ObjectStore(config: S3Config): ObjectStore {
  const client = s3Client(config);
  const Bucket = config.bucket;

  return {
    async read(key, { versionId, from = 0, signal } = {}) {
      const range = from > 0 ? { Range: `bytes=${from}-` } : {};
      const version = versionId === undefined ? {} : { VersionId: versionId };
      try {
        const command = new GetObjectCommand({ Bucket, Key: key, ...version, ...range });
        const { Body, ContentLength = 0, VersionId } = await client.send(command, aborting(signal));
        if (!(Body instanceof Readable)) throw new TypeError('The SDK gave a body that is not a Node stream.');
        return { size: from + ContentLength, versionId: VersionId, bytes: withOurErrors(Body, signal) };
      } catch (error) {
        throw failureOf(error, signal);
      }
    },

    async write(key, bytes, signal) {
      try {
        const command = new PutObjectCommand({
          Bucket,
          Key: key,
          Body: bytes,
          ContentType: 'application/octet-stream',
        });
        await client.send(command, aborting(signal));
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

    async deleteOtherVersions(key, versionId, signal) {
      try {
        return { versionsDeleted: await deleteExactKey(key, deletionCalls(client, Bucket, signal), versionId) };
      } catch (error) {
        throw failureOf(error, signal);
      }
    },

    ...s3Multipart(client, Bucket),
    ...s3Listing(client, Bucket),
    check: () => checkBucket(client, Bucket),
    close: () => client.destroy(),
  };
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

async function* withOurErrors(body: Readable, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw failureOf(error, signal);
  }
}
