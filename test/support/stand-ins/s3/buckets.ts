import { s3Error } from './errors.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { Bucket } from './records.ts';
import type { Storage } from './storage.ts';

export type Buckets = {
  /** Throws `BucketAlreadyOwnedByYou`. */
  create(name: string): Promise<void>;
  has(name: string): boolean;
  /** Throws `NoSuchBucket`. */
  named(name: string): Bucket;
  setVersioning(name: string, status: 'Enabled' | 'Suspended'): Promise<void>;
};

export async function openBuckets({ buckets: records }: Storage): Promise<Buckets> {
  const buckets = new Map((await records.load()).map((bucket) => [bucket.name, bucket]));
  const inTurn = oneAtATime();
  const put = async (bucket: Bucket) => {
    await records.put(bucket.name, bucket);
    buckets.set(bucket.name, bucket);
  };
  const named = (name: string) => {
    const bucket = buckets.get(name);
    if (!bucket) throw s3Error('NoSuchBucket', { details: { BucketName: name } });
    return bucket;
  };
  return {
    create: (name) =>
      inTurn(async () => {
        if (buckets.has(name)) throw s3Error('BucketAlreadyOwnedByYou', { details: { BucketName: name } });
        await put({ name, versioning: '' });
      }),
    has: (name) => buckets.has(name),
    named,
    setVersioning: (name, versioning) => inTurn(() => put({ ...named(name), versioning })),
  };
}
