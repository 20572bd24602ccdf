import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type ListPartsCommandOutput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { permanent } from '../errors.ts';
import type { MultipartUploads } from './port.ts';
import { aborting, atMost15Minutes, failureOf, presigned } from './s3-client.ts';
import { abortMultipart } from './s3-deletion.ts';

/** Uploads in parts, on S3. */
export function s3Multipart(client: S3Client, Bucket: string): MultipartUploads {
  return {
    async beginMultipart(key, { contentType, checksummed }) {
      const algorithm = checksummed ? { ChecksumAlgorithm: 'SHA256' as const } : {};
      const command = new CreateMultipartUploadCommand({ Bucket, Key: key, ContentType: contentType, ...algorithm });
      const { UploadId } = await client.send(command).catch((error: unknown) => {
        throw failureOf(error, undefined);
      });
      if (!UploadId) throw new TypeError('S3 began an upload without naming it.');
      return UploadId;
    },

    async presignPart(key, { uploadId, number, size, sha256, expiresInSeconds }) {
      const checksum = sha256 === undefined ? {} : { ChecksumSHA256: sha256 };
      const command = new UploadPartCommand({
        Bucket,
        Key: key,
        UploadId: uploadId,
        PartNumber: number,
        ContentLength: size,
        ...checksum,
      });
      const expiresIn = atMost15Minutes(expiresInSeconds);
      // Signed, the length makes S3 refuse a part one byte longer, and the checksum one with another byte.
      const names = ['content-length', ...(sha256 === undefined ? [] : ['x-amz-checksum-sha256'])];
      const url = await presigned(
        getSignedUrl(client, command, {
          expiresIn,
          signableHeaders: new Set(['host', ...names]),
          unhoistableHeaders: new Set(names),
        }),
      );
      const headers = { 'content-length': String(size) };
      return { number, url, headers: sha256 === undefined ? headers : { ...headers, 'x-amz-checksum-sha256': sha256 } };
    },

    async uploadedParts(key, uploadId, signal) {
      try {
        const etags = await uploadedParts(client, { Bucket, Key: key, UploadId: uploadId }, signal);
        return [...etags].map(([number, etag]) => ({ number, etag }));
      } catch (error) {
        throw failureOf(error, signal);
      }
    },

    async completeMultipart(key, { uploadId, parts, signal }) {
      const upload = { Bucket, Key: key, UploadId: uploadId };
      try {
        const etags = await uploadedParts(client, upload, signal);
        const Parts = parts.map(({ number, etag, sha256 }) => {
          const uploaded = etags.get(number);
          if (uploaded === undefined || (etag !== undefined && plain(etag) !== plain(uploaded)))
            throw incomplete(number);
          return { PartNumber: number, ETag: uploaded, ...(sha256 === undefined ? {} : { ChecksumSHA256: sha256 }) };
        });
        const command = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } });
        await client.send(command, aborting(signal));
      } catch (error) {
        throw failureOf(error, signal);
      }
    },

    async abortMultipart(key, uploadId, signal) {
      try {
        await abortMultipart(client, { Bucket, Key: key, UploadId: uploadId }, signal);
      } catch (error) {
        throw failureOf(error, signal);
      }
    },
  };
}

/** ETags by part number, as they are now: a part that was sent again counts as it was sent last. */
async function uploadedParts(
  client: S3Client,
  upload: { Bucket: string; Key: string; UploadId: string },
  signal: AbortSignal | undefined,
): Promise<Map<number, string>> {
  const etags = new Map<number, string>();
  // By hand: the SDK's paginator goes by the next marker, which S3 gives even behind the last page.
  let marker: string | undefined;
  do {
    const command = new ListPartsCommand({ ...upload, PartNumberMarker: marker });
    const page: ListPartsCommandOutput = await client.send(command, aborting(signal));
    for (const { PartNumber, ETag } of page.Parts ?? []) if (PartNumber && ETag) etags.set(PartNumber, ETag);
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return etags;
}

const plain = (etag: string): string => etag.replaceAll('"', '');

const incomplete = (number: number) =>
  permanent('upload_incomplete', `Part ${number} has not been uploaded, or not as it was said to be.`);
