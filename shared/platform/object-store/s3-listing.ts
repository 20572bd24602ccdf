import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectListing } from './port.ts';
import { aborting, failureOf } from './s3-client.ts';

/** What lies in a bucket, on S3; a page is in memory at a time. */
export const s3Listing = (client: S3Client, Bucket: string): ObjectListing => ({
  async *keys(prefix, signal) {
    let next: Partial<ListObjectVersionsCommandInput> | undefined = {};
    let last: string | undefined;
    while (next) {
      const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({ Bucket, Prefix: prefix, ...next });
      const page = await ours(client.send(command, aborting(signal)), signal);
      // Either list is in the order of keys; a key that has nothing but a marker is still to be deleted.
      const entries = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].sort(byKey);
      for (const { Key, LastModified } of entries) {
        if (Key === undefined || Key === last) continue;
        last = Key;
        yield { key: Key, modifiedAt: instantOf(LastModified) };
      }
      next = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
  },

  async *multiparts(prefix, signal) {
    let next: Partial<ListMultipartUploadsCommandInput> | undefined = {};
    while (next) {
      const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({ Bucket, Prefix: prefix, ...next });
      const page = await ours(client.send(command, aborting(signal)), signal);
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (Key !== undefined && UploadId !== undefined)
          yield { key: Key, uploadId: UploadId, begunAt: instantOf(Initiated) };
      }
      next = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
    }
  },
});

const ours = <Output>(call: Promise<Output>, signal: AbortSignal | undefined): Promise<Output> =>
  call.catch((error: unknown) => {
    throw failureOf(error, signal);
  });

/** As S3 sorts: by bytes. */
const byKey = (a: { Key?: string | undefined }, b: { Key?: string | undefined }): number =>
  Buffer.compare(Buffer.from(a.Key ?? ''), Buffer.from(b.Key ?? ''));

const instantOf = (date: Date | undefined): Temporal.Instant =>
  Temporal.Instant.fromEpochMilliseconds(date?.getTime() ?? 0);
