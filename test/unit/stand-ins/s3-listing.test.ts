import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bucket, refusal, type S3Session, s3Session } from '../../support/s3-session.ts';

let session: S3Session;
beforeAll(async () => {
  session = await s3Session();
  for (const key of ['a', 'a/1', 'a/2', 'b', 'b/1/x', 'b/2', 'ﬀ', '😀']) await put(key);
});
afterAll(() => session.stop());

const put = (Key: string, Bucket = bucket) => session.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
const remove = (Key: string, Bucket = bucket) => session.client.send(new DeleteObjectCommand({ Bucket, Key }));

describe('ListObjectsV2', () => {
  const list = (extra: object) => session.client.send(new ListObjectsV2Command({ Bucket: bucket, ...extra }));

  it('lists keys in the order of their UTF-8 bytes', async () => {
    const { Contents, KeyCount, IsTruncated } = await list({});
    expect(Contents?.map(({ Key }) => Key)).toEqual(['a', 'a/1', 'a/2', 'b', 'b/1/x', 'b/2', 'ﬀ', '😀']);
    expect({ KeyCount, IsTruncated }).toEqual({ KeyCount: 8, IsTruncated: false });
  });

  it('rolls up what is behind the delimiter', async () => {
    const { Contents, CommonPrefixes } = await list({ Delimiter: '/', Prefix: 'b' });
    expect(Contents?.map(({ Key }) => Key)).toEqual(['b']);
    expect(CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
  });

  it.each([[1], [2], [3], [7]])('gives every row once in pages of %i', async (pageSize) => {
    const rows: (string | undefined)[] = [];
    const pages = paginateListObjectsV2({ client: session.client, pageSize }, { Bucket: bucket, Delimiter: '/' });
    for await (const { Contents = [], CommonPrefixes = [] } of pages)
      rows.push(...Contents.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix));
    expect(rows.toSorted()).toEqual(['a', 'a/', 'b', 'b/', 'ﬀ', '😀'].toSorted());
  });

  it('begins after a key, and leaves out what is hidden', async () => {
    await put('zz');
    await remove('zz');
    const { Contents } = await list({ StartAfter: 'b/2' });
    expect(Contents?.map(({ Key }) => Key)).toEqual(['ﬀ', '😀']);
  });
});

describe('ListObjectVersions', () => {
  const keys = ['v', 'v/below', 'w'];
  const written: string[] = [];
  const list = (extra: Partial<ListObjectVersionsCommandInput>) =>
    session.client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'v', ...extra }));
  const idsOf = async (MaxKeys: number, Prefix: string) => {
    const ids: (string | undefined)[] = [];
    let marker: Partial<ListObjectVersionsCommandInput> | undefined = {};
    while (marker) {
      const page = await list({ Prefix, MaxKeys, ...marker });
      ids.push(...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ VersionId }) => VersionId));
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      marker = page.IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
    }
    return ids;
  };

  beforeAll(async () => {
    for (const key of keys) {
      for (let n = 0; n < 3; n += 1) written.push((await put(key)).VersionId ?? '');
      written.push((await remove(key)).VersionId ?? '');
    }
  });

  it('lists versions and markers, the newest of a key first and as the latest', async () => {
    const { Versions = [], DeleteMarkers = [] } = await list({ Prefix: 'v/' });
    expect(DeleteMarkers.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([[written[7], true]]);
    expect(Versions.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [written[6], false],
      [written[5], false],
      [written[4], false],
    ]);
  });

  it.each([[1], [2], [3], [5]])('gives each version once in pages of %i', async (pageSize) => {
    expect((await idsOf(pageSize, 'v')).toSorted()).toEqual(written.slice(0, 8).toSorted());
  });

  it('goes on after a marker whose version is gone by now', async () => {
    const page = await list({ MaxKeys: 2 });
    const { NextKeyMarker, NextVersionIdMarker } = page;
    expect(NextVersionIdMarker).toBe(written[2]);
    await session.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'v', VersionId: written[2] }));
    const next = await list({ KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker, MaxKeys: 2 });
    expect(next.Versions?.map(({ VersionId }) => VersionId)).toEqual([written[1], written[0]]);
  });

  it('needs a key marker beside a version marker, and a number as limit', async () => {
    expect((await refusal(list({ VersionIdMarker: written[0] }))).code).toBe('InvalidArgument');
    expect((await refusal(list({ MaxKeys: -1 }))).code).toBe('InvalidArgument');
  });

  it('gives 1,000 rows at most', async () => {
    const url = await getSignedUrl(session.client, new PutObjectCommand({ Bucket: bucket, Key: 'x/many', Body: '' }));
    for (let n = 0; n < 1001; n += 1) await fetch(url, { method: 'PUT' });
    const { Versions, IsTruncated } = await list({ Prefix: 'x/many', MaxKeys: 5000 });
    expect({ rows: Versions?.length, IsTruncated }).toEqual({ rows: 1000, IsTruncated: true });
    expect(await idsOf(1000, 'x/many')).toHaveLength(1001);
  });
});

describe('a bucket', () => {
  const status = async (Bucket: string) =>
    (await session.client.send(new GetBucketVersioningCommand({ Bucket }))).Status;
  const setStatus = (Bucket: string, Status: 'Enabled' | 'Suspended') =>
    session.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  const idsOf = async (Bucket: string) => {
    const { Versions = [], DeleteMarkers = [] } = await session.client.send(new ListObjectVersionsCommand({ Bucket }));
    return [...Versions, ...DeleteMarkers].map(({ VersionId }) => VersionId);
  };

  it('is made once; a missing one answers 404', async () => {
    await session.client.send(new CreateBucketCommand({ Bucket: 'fresh' }));
    await session.client.send(new HeadBucketCommand({ Bucket: 'fresh' }));
    expect((await refusal(session.client.send(new CreateBucketCommand({ Bucket: 'fresh' })))).code).toBe(
      'BucketAlreadyOwnedByYou',
    );
    expect((await refusal(session.client.send(new HeadBucketCommand({ Bucket: 'absent' })))).status).toBe(404);
  });

  it('of the stand-in has versioning enabled; a newly made one has none', async () => {
    expect(await status(bucket)).toBe('Enabled');
    expect(await status('fresh')).toBeUndefined();
  });

  it('without versioning overwrites and deletes for good', async () => {
    expect((await put('k', 'fresh')).VersionId).toBeUndefined();
    await put('k', 'fresh');
    expect(await idsOf('fresh')).toEqual(['null']);
    await remove('k', 'fresh');
    expect(await idsOf('fresh')).toEqual([]);
  });

  it('with versioning suspended keeps old versions and overwrites the null version', async () => {
    await setStatus('fresh', 'Enabled');
    const { VersionId } = await put('s', 'fresh');
    await setStatus('fresh', 'Suspended');
    expect((await put('s', 'fresh')).VersionId).toBe('null');
    await put('s', 'fresh');
    expect(await idsOf('fresh')).toEqual(['null', VersionId]);
    await remove('s', 'fresh');
    expect(await idsOf('fresh')).toEqual([VersionId, 'null']);
    expect((await refusal(session.client.send(new GetObjectCommand({ Bucket: 'fresh', Key: 's' })))).code).toBe(
      'NoSuchKey',
    );
  });
});
