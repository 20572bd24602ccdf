import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../shared/platform/clock.ts';
import type { ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { s3ObjectStore } from '../../../shared/platform/object-store/s3.ts';
import { bucket, identity, type S3Session, s3Session } from '../../support/s3-session.ts';

const { region, ...credentials } = identity;
let session: S3Session;
let store: ObjectStore;
beforeAll(async () => {
  session = await s3Session();
  store = s3ObjectStore({ bucket, region, credentials, endpoint: session.standIn.url });
});
afterAll(async () => {
  store.close();
  await session.stop();
});

const put = (Key: string) => session.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
const keys = async (prefix: string) => (await Array.fromAsync(store.keys(prefix))).map(({ key }) => key);

describe('the keys under a prefix', () => {
  it('are each given once, whatever their versions and markers, in the order of keys', async () => {
    for (const key of ['k/b', 'k/a', 'k/b', 'k/a/longer', 'other']) await put(key);
    await session.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k/c' }));
    await session.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k/b' }));
    expect(await keys('k/')).toEqual(['k/a', 'k/a/longer', 'k/b', 'k/c']);
  });

  it('are all given when they fill more than one page', async () => {
    const names = Array.from({ length: 1_203 }, (_, at) => `many/${String(at).padStart(5, '0')}`);
    for (let at = 0; at < names.length; at += 50) await Promise.all(names.slice(at, at + 50).map(put));
    await put('many/00999');
    expect(await keys('many/')).toEqual(names);
  });

  it('come with the versions there are, also over pages, and none where there is only a marker', async () => {
    await Promise.all(Array.from({ length: 40 }, () => put('versions/a')));
    await session.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'versions/a' }));
    await session.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'versions/b' }));
    const found = await Array.fromAsync(store.keys('versions/'));
    expect(found.map(({ key, versions }) => [key, new Set(versions).size])).toEqual([
      ['versions/a', 40],
      ['versions/b', 0],
    ]);
  });

  it('go on behind a key', async () => {
    for (const key of ['on/a', 'on/a/b', 'on/b', 'on/c']) await put(key);
    const behind = await Array.fromAsync(store.keys('on/', { after: 'on/a' }));
    expect(behind.map(({ key }) => key)).toEqual(['on/a/b', 'on/b', 'on/c']);
  });

  it('come with the time of writing', async () => {
    await put('timed');
    const [found] = await Array.fromAsync(store.keys('timed'));
    const age = systemClock.now().since(found?.modifiedAt ?? Temporal.Instant.fromEpochMilliseconds(0));
    expect(Math.abs(age.total('seconds'))).toBeLessThan(60);
  });

  it('are none where nothing is', async () => {
    expect(await keys('nothing/')).toEqual([]);
  });
});

describe('unfinished uploads under a prefix', () => {
  it('are given with their ids', async () => {
    const uploadId = await store.beginMultipart('parts/one', { contentType: 'text/plain', checksummed: false });
    expect(await Array.fromAsync(store.multiparts('parts/'))).toEqual([
      { key: 'parts/one', uploadId, begunAt: expect.any(Temporal.Instant) },
    ]);
  });
});
