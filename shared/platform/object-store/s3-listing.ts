import {
  type DeleteMarkerEntry,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandInput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ListedKey, ObjectListing } from './port.ts';
import { aborting, failureOf } from './s3-client.ts';

/** What lies in a bucket, on S3; a page is in memory at a time. */
export const s3Listing = (client: S3Client, Bucket: string): ObjectListing => ({
  async *keys(prefix, { after, signal } = {}) {
    let next: Partial<ListObjectVersionsCommandInput> | undefined = after ? { KeyMarker: after } : {};
    // Kept back until another key begins: the versions of one may go on for pages.
    let current: ListedKey | undefined;
    while (next) {
      const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({ Bucket, Prefix: prefix, ...next });
      const page = await ours(client.send(command, aborting(signal)), signal);
      for (const entry of entriesOf(page)) {
        if (current?.key === entry.key) current = joined(current, entry);
        else {
          if (current) yield current;
          current = entry;
        }
      }
      next = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
    }
    if (current) yield current;
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

/** Either list of a page is in the order of keys; a key that has nothing but a marker is still to be deleted. */
const entriesOf = ({ Versions = [], DeleteMarkers = [] }: ListObjectVersionsCommandOutput): ListedKey[] =>
  [
    ...Versions.map((version) => listed(version, [version.VersionId ?? 'null'])),
    ...DeleteMarkers.map((marker) => listed(marker, [])),
  ].sort(byKey);

const listed = ({ Key = '', LastModified }: ObjectVersion | DeleteMarkerEntry, versions: string[]): ListedKey => ({
  key: Key,
  modifiedAt: instantOf(LastModified),
  versions,
});

const joined = (one: ListedKey, other: ListedKey): ListedKey => ({
  key: one.key,
  modifiedAt: Temporal.Instant.compare(one.modifiedAt, other.modifiedAt) < 0 ? other.modifiedAt : one.modifiedAt,
  versions: [...one.versions, ...other.versions],
});

/** As S3 sorts: by bytes. */
const byKey = (a: ListedKey, b: ListedKey): number => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));

const instantOf = (date: Date | undefined): Temporal.Instant =>
  Temporal.Instant.fromEpochMilliseconds(date?.getTime() ?? 0);
