import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bucket, identity, refusal, type S3Session, s3Session } from '../../support/s3-session.ts';
import { sendRaw, signedRaw } from '../../support/stand-ins/s3/raw-client.ts';

let session: S3Session;
beforeAll(async () => {
  session = await s3Session();
});
afterAll(() => session.stop());

const put = (Key: string, Body: string | Buffer, extra: Partial<PutObjectCommandInput> = {}) =>
  session.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...extra }));
const get = (Key: string, extra: object = {}) =>
  session.client.send(new GetObjectCommand({ Bucket: bucket, Key, ...extra }));
const head = (Key: string, extra: object = {}) =>
  session.client.send(new HeadObjectCommand({ Bucket: bucket, Key, ...extra }));
const remove = (Key: string, VersionId?: string) =>
  session.client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
const text = async (answer: ReturnType<typeof get>) => (await answer).Body?.transformToString();

describe('versions', () => {
  it('keep what was overwritten, each under its own id', async () => {
    const [first, second] = [await put('twice', 'old'), await put('twice', 'new')];
    expect(await text(get('twice'))).toBe('new');
    expect(await text(get('twice', { VersionId: first.VersionId }))).toBe('old');
    expect((await head('twice')).VersionId).toBe(second.VersionId);
  });

  it('that do not exist are NoSuchVersion, and what is no id InvalidArgument', async () => {
    const { VersionId } = await put('other', 'x');
    expect(await refusal(get('twice', { VersionId }))).toEqual({ code: 'NoSuchVersion', status: 404 });
    expect(await refusal(get('twice', { VersionId: 'nonsense' }))).toEqual({ code: 'InvalidArgument', status: 400 });
  });

  it('stay behind a delete marker, which hides the object and refuses to be read', async () => {
    const { VersionId } = await put('hidden', 'still here');
    const marker = await remove('hidden');
    expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
    expect(await refusal(get('hidden'))).toEqual({ code: 'NoSuchKey', status: 404 });
    expect(await refusal(get('hidden', { VersionId: marker.VersionId }))).toEqual({
      code: 'MethodNotAllowed',
      status: 405,
    });
    expect(await text(get('hidden', { VersionId }))).toBe('still here');
  });

  it('come back when the marker is deleted by its id', async () => {
    await put('undone', 'back again');
    const { VersionId } = await remove('undone');
    expect(await remove('undone', VersionId)).toMatchObject({ DeleteMarker: true, VersionId });
    expect(await text(get('undone'))).toBe('back again');
  });

  it('deleted by their id are gone for good; the one before is the latest again', async () => {
    await put('shrink', 'one');
    const { VersionId } = await put('shrink', 'two');
    await remove('shrink', VersionId);
    expect(await text(get('shrink'))).toBe('one');
    expect(await refusal(get('shrink', { VersionId }))).toEqual({ code: 'NoSuchVersion', status: 404 });
  });

  it('get a marker even for a key that never was', async () => {
    expect((await remove('never')).DeleteMarker).toBe(true);
  });
});

describe('DeleteObjects', () => {
  const removeAll = (objects: { Key: string; VersionId?: string }[], Quiet = false) =>
    session.client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet } }));

  it('deletes versions and hides keys in one request, each on its own', async () => {
    const { VersionId = '' } = await put('many & <one>', 'x');
    await put('many-two', 'x');
    const { Deleted, Errors } = await removeAll([
      { Key: 'many & <one>', VersionId },
      { Key: 'many-two' },
      { Key: 'many-three', VersionId: 'nonsense' },
    ]);
    expect(Deleted).toEqual([
      { Key: 'many & <one>', VersionId },
      { Key: 'many-two', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    ]);
    expect(Errors).toMatchObject([{ Key: 'many-three', Code: 'InvalidArgument' }]);
  });

  it('says nothing of what went well when asked to be quiet', async () => {
    expect((await removeAll([{ Key: 'many-two' }], true)).Deleted).toBeUndefined();
  });

  it('takes 1,000 at most, needs a checksum, and well-formed XML without a document type', async () => {
    const many = Array.from({ length: 1001 }, (_, n) => ({ Key: `${n}` }));
    expect((await refusal(removeAll(many))).code).toBe('MalformedXML');
    const send = (body: string, headers: Record<string, string>) =>
      sendRaw(
        session.standIn.url,
        signedRaw(session.standIn.url, identity, session.clock.now(), {
          method: 'POST',
          path: `/${bucket}?delete`,
          body,
          headers,
        }),
      );
    const md5 = (body: string) => ({ 'content-md5': createHash('md5').update(body).digest('base64') });
    const good = '<Delete><Object><Key>k</Key></Object></Delete>';
    expect(await send(good, {})).toMatchObject({ status: 400, code: 'InvalidRequest' });
    expect(await send(good, md5(good))).toMatchObject({ status: 200 });
    const bads = [
      '<Delete><Object></Delete>',
      '<!DOCTYPE x [<!ENTITY a "b">]><Delete><Object><Key>&a;</Key></Object></Delete>',
      '',
    ];
    for (const bad of bads) expect(await send(bad, md5(bad))).toMatchObject({ status: 400, code: 'MalformedXML' });
  });
});
