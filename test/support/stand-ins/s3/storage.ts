import { join } from 'node:path';
import { type Blobs, directoryBlobs, memoryBlobs } from './blobs.ts';
import { Bucket, directoryRecords, memoryRecords, Part, type Records, Upload, Version } from './records.ts';

/** Where the stand-in keeps what it is given. */
export type Storage = {
  blobs: Blobs;
  buckets: Records<Bucket>;
  versions: Records<Version>;
  uploads: Records<Upload>;
  parts: Records<Part>;
};

/** In `directory`, which outlives the process, or in memory. */
export async function openStorage(directory: string | undefined): Promise<Storage> {
  if (directory === undefined) {
    return {
      blobs: memoryBlobs(),
      buckets: memoryRecords(),
      versions: memoryRecords(),
      uploads: memoryRecords(),
      parts: memoryRecords(),
    };
  }
  return {
    blobs: await directoryBlobs(directory),
    buckets: await directoryRecords(join(directory, 'buckets'), Bucket),
    versions: await directoryRecords(join(directory, 'versions'), Version),
    uploads: await directoryRecords(join(directory, 'uploads'), Upload),
    parts: await directoryRecords(join(directory, 'parts'), Part),
  };
}
