import { randomUUID } from 'node:crypto';
import { s3Error } from './errors.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { compareKeys } from './paging.ts';
import type { Bucket, Version } from './records.ts';
import type { Storage } from './storage.ts';
import { newVersionId } from './version-ids.ts';

/** What a write may find at its key: `If-None-Match: *` wants nothing there, `If-Match` that very ETag. */
export type WriteCondition = { kind: 'absent' } | { kind: 'etag'; etag: string } | undefined;

export type NewVersion = Omit<Version, 'record' | 'bucket' | 'id' | 'sequence' | 'deleteMarker'>;

export type Versions = {
  /** Of one key, newest first. */
  of(bucket: string, key: string): readonly Version[];
  /** Of a bucket, in S3's order: keys by their UTF-8 bytes, newest first within a key. */
  inOrder(bucket: string, prefix: string): Version[];
  /** Throws `PreconditionFailed` or `NoSuchKey` when `condition` does not hold now. */
  check(bucket: string, key: string, condition: WriteCondition): void;
  /** Makes a new latest version; the condition and the write are one step. */
  add(bucket: Bucket, draft: NewVersion, condition: WriteCondition): Promise<Version>;
  /** DELETE without a version: a marker on top, or in a bucket that was never versioned the end of the object. */
  hide(bucket: Bucket, key: string, lastModified: string): Promise<Version | undefined>;
  /** DELETE with a version: gone for good. Gives what was there. */
  remove(bucket: Bucket, key: string, id: string): Promise<Version | undefined>;
  blobs(): string[];
};

export async function openVersions({ versions: records, blobs }: Storage): Promise<Versions> {
  const buckets = new Map<string, Map<string, Version[]>>();
  const inTurn = oneAtATime();
  let sequence = 0;
  for (const version of await records.load()) insert(version);

  return {
    of,
    inOrder: (bucket, prefix) =>
      [...(buckets.get(bucket) ?? [])]
        .filter(([key]) => key.startsWith(prefix))
        .toSorted(([a], [b]) => compareKeys(a, b))
        .flatMap(([, versions]) => versions),
    check,
    add: (bucket, draft, condition) =>
      inTurn(async () => {
        check(bucket.name, draft.key, condition);
        return append(bucket, { ...draft, deleteMarker: false });
      }),
    hide: (bucket, key, lastModified) =>
      inTurn(async () => {
        if (bucket.versioning !== '') return append(bucket, { ...marker, key, lastModified, deleteMarker: true });
        await drop(of(bucket.name, key).find(({ id }) => id === 'null'));
        return undefined;
      }),
    remove: (bucket, key, id) =>
      inTurn(async () => {
        const version = of(bucket.name, key).find((candidate) => candidate.id === id);
        await drop(version);
        return version;
      }),
    blobs: () => [...buckets.values()].flatMap((keys) => [...keys.values()].flat().flatMap(blobsOf)),
  };

  function of(bucket: string, key: string): readonly Version[] {
    return buckets.get(bucket)?.get(key) ?? [];
  }

  function check(bucket: string, key: string, condition: WriteCondition) {
    if (!condition) return;
    const latest = of(bucket, key)[0];
    const present = latest && !latest.deleteMarker ? latest : undefined;
    if (condition.kind === 'absent' && present)
      throw s3Error('PreconditionFailed', { details: { Condition: 'If-None-Match' } });
    if (condition.kind !== 'etag') return;
    if (!present) throw s3Error('NoSuchKey', { details: { Key: key } });
    if (present.etag !== condition.etag) throw s3Error('PreconditionFailed', { details: { Condition: 'If-Match' } });
  }

  async function append(bucket: Bucket, draft: NewVersion & { deleteMarker: boolean }): Promise<Version> {
    const next = sequence + 1;
    const id = bucket.versioning === 'Enabled' ? newVersionId(next) : 'null';
    const version: Version = { ...draft, record: randomUUID(), bucket: bucket.name, id, sequence: next };
    await records.put(version.record, version);
    const replaced = id === 'null' ? of(bucket.name, draft.key).find((other) => other.id === 'null') : undefined;
    insert(version);
    await drop(replaced);
    return version;
  }

  function insert(version: Version) {
    sequence = Math.max(sequence, version.sequence);
    const keys = buckets.getOrInsertComputed(version.bucket, () => new Map<string, Version[]>());
    const others = keys.get(version.key) ?? [];
    keys.set(
      version.key,
      [version, ...others].toSorted((a, b) => b.sequence - a.sequence),
    );
  }

  async function drop(version: Version | undefined) {
    if (!version) return;
    await records.delete(version.record);
    const keys = buckets.get(version.bucket);
    const left = of(version.bucket, version.key).filter((other) => other !== version);
    if (left.length > 0) keys?.set(version.key, left);
    else keys?.delete(version.key);
    for (const blob of blobsOf(version)) await blobs.delete(blob);
  }
}

const blobsOf = ({ segments }: Version) => segments.map(({ blob }) => blob);
const marker = { size: 0, etag: '', segments: [], headers: {} };
