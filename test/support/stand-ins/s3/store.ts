import type { Blobs } from './blobs.ts';
import { type Buckets, openBuckets } from './buckets.ts';
import { withGenerated } from './generated.ts';
import { openStorage } from './storage.ts';
import { openUploads, type Uploads } from './uploads.ts';
import { openVersions, type Versions } from './versions.ts';

export type Store = { blobs: Blobs; buckets: Buckets; versions: Versions; uploads: Uploads };

/** Opens what was kept in `directory`, or begins empty in memory. What a killed process left unfinished is swept away. */
export async function openStore(directory: string | undefined): Promise<Store> {
  const opened = await openStorage(directory);
  const storage = { ...opened, blobs: withGenerated(opened.blobs) };
  const [buckets, versions, uploads] = [
    await openBuckets(storage),
    await openVersions(storage),
    await openUploads(storage),
  ];
  const inObjects = new Set(versions.blobs());
  await uploads.endCompleted(inObjects);
  await storage.blobs.keepOnly(new Set([...inObjects, ...uploads.blobs()]));
  return { blobs: storage.blobs, buckets, versions, uploads };
}
