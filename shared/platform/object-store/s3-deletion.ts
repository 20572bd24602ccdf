import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { DeletionCalls } from './exact-key-deletion.ts';
import { aborting } from './s3-client.ts';
import { objectStoreError } from './s3-errors.ts';

/** The calls of an exact key's deletion, on S3. */
export function deletionCalls(client: S3Client, Bucket: string, signal: AbortSignal | undefined): DeletionCalls {
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
    abortUpload: ({ key, uploadId }) => abortMultipart(client, { Bucket, Key: key, UploadId: uploadId }, signal),
  };
}

/** Aborting what has been completed or aborted since does nothing. */
export async function abortMultipart(
  client: S3Client,
  upload: { Bucket: string; Key: string; UploadId: string },
  signal?: AbortSignal,
): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand(upload), aborting(signal));
  } catch (error) {
    if (objectStoreError(error).code !== 'object_missing') throw error;
  }
}

// DeleteObjects answers 200 even when single versions were refused.
const partialFailure = (code: string | undefined, count: number) =>
  objectStoreError({
    name: code,
    message: `${count} versions were not deleted`,
    $metadata: { httpStatusCode: code === 'AccessDenied' ? 403 : 500 },
  });
