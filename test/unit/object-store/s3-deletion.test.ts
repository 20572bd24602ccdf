import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { s3ObjectStore } from '../../../shared/platform/object-store/s3.ts';
import { failure } from '../../support/failure.ts';
import { bucket, identity, type S3Session, s3Session } from '../../support/s3-session.ts';

const { region, ...credentials } = identity;
const type = 'application/octet-stream';

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

const put = async (Key: string, Body: string | Buffer) =>
  (await session.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))).VersionId ?? '';
const hide = (Key: string) => session.client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
const keys = () => session.standIn.objects().map(({ key }) => key);

const unavailable = { class: 'transient', code: 'object_store_unavailable' };

describe('deleteAllVersions', () => {
  it('deletes every version and marker of exactly the key, and nothing it is a prefix of', async () => {
    for (const key of ['del', 'del/below', 'del2', 'de']) await put(key, 'x');
    await put('del', 'y');
    await hide('del');
    await put('del', 'z');
    expect(await store.deleteAllVersions('del')).toEqual({ versionsDeleted: 4 });
    expect(keys().filter((key) => key.startsWith('de'))).toEqual(['de', 'del/below', 'del2']);
    expect(await store.deleteAllVersions('del')).toEqual({ versionsDeleted: 0 });
  });

  it('leaves the version that is to stay, with later ones and markers before it in the list', async () => {
    await put('other', 'first');
    const kept = await put('other', 'judged');
    await put('other', 'late');
    await hide('other');
    expect(await store.deleteOtherVersions('other', kept)).toEqual({ versionsDeleted: 3 });
    expect(session.standIn.objects().filter(({ key }) => key === 'other')).toMatchObject([{ versionId: kept }]);
    expect((await session.standIn.bytes('other'))?.toString()).toBe('judged');
  });

  it('also deletes more versions than one list shows', async () => {
    const { url, headers } = await store.presignPut('many', { size: 1, contentType: type, expiresInSeconds: 900 });
    for (let n = 0; n < 1002; n += 1) await fetch(url, { method: 'PUT', body: 'x', headers });
    await put('many/below', 'x');
    expect(await store.deleteAllVersions('many')).toEqual({ versionsDeleted: 1002 });
    expect(keys().filter((key) => key.startsWith('many'))).toEqual(['many/below']);
  });

  it('aborts the unfinished multipart uploads of that key alone', async () => {
    for (const Key of ['multi', 'multi', 'multi/below'])
      await session.client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    await store.deleteAllVersions('multi');
    const { Uploads } = await session.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads?.map(({ Key }) => Key)).toEqual(['multi/below']);
  });

  it('gets through a lost answer and an error on the way', async () => {
    for (let n = 0; n < 3; n += 1) await put('bumpy', 'x');
    session.standIn.faults.next({ operation: 'DeleteObjects', kind: 'lost-answer' });
    session.standIn.faults.next({
      operation: 'ListObjectVersions',
      kind: 'status',
      status: 500,
      code: 'InternalError',
    });
    await store.deleteAllVersions('bumpy');
    expect(keys()).not.toContain('bumpy');
  });

  it('fails rather than claim what is not proven', async () => {
    await put('proof', 'x');
    session.standIn.faults.next({
      operation: 'DeleteObjects',
      kind: 'status',
      status: 500,
      code: 'InternalError',
      times: 3,
    });
    expect(await failure(store.deleteAllVersions('proof'))).toMatchObject(unavailable);
    expect(keys()).toContain('proof');
  });
});
