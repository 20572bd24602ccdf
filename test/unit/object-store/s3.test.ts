import { createServer } from 'node:net';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ObjectReading, ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { type S3Config, s3ObjectStore } from '../../../shared/platform/object-store/s3.ts';
import { failure } from '../../support/failure.ts';
import { bucket, identity, type S3Session, s3Session } from '../../support/s3-session.ts';

const { region, ...credentials } = identity;
const type = 'application/octet-stream';

let session: S3Session;
let store: ObjectStore;
beforeAll(async () => {
  session = await s3Session();
  store = storeWith({});
});
afterAll(async () => {
  store.close();
  await session.stop();
});

const storeWith = (config: Partial<S3Config>) =>
  s3ObjectStore({ bucket, region, credentials, endpoint: session.standIn.url, ...config });
const put = async (Key: string, Body: string | Buffer) =>
  (await session.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))).VersionId ?? '';
const hide = (Key: string) => session.client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));

async function textOf(reading: Promise<ObjectReading>): Promise<string> {
  return Buffer.concat(await Array.fromAsync((await reading).bytes)).toString();
}

const missing = { class: 'permanent', code: 'object_missing' };
const unavailable = { class: 'transient', code: 'object_store_unavailable' };
const denied = { class: 'permanent', code: 'object_store_denied' };

describe('write', () => {
  it('makes the newest version, of any size', async () => {
    await put('write', 'old');
    await store.write('write', Buffer.from('newer'));
    expect(await textOf(store.read('write'))).toBe('newer');
    await store.write('empty', Buffer.alloc(0));
    expect(await textOf(store.read('empty'))).toBe('');
  });

  it('fails with the reason of whoever called it off', async () => {
    const reason = new Error('no longer wanted');
    expect(await failure(store.write('off', Buffer.from('x'), AbortSignal.abort(reason)))).toBe(reason);
  });
});

describe('read', () => {
  it('does not take a missing bucket for a missing object', async () => {
    expect(await failure(storeWith({ bucket: 'no-such-bucket' }).read('k'))).toMatchObject(unavailable);
    expect(await failure(storeWith({ bucket: 'no-such-bucket' }).check())).toMatchObject(unavailable);
  });

  it('streams the newest version, or the one it is pinned to, from any byte', async () => {
    const versionId = await put('read', '0123456789');
    await put('read', 'replaced');
    expect(await textOf(store.read('read'))).toBe('replaced');
    expect(await textOf(store.read('read', { versionId }))).toBe('0123456789');
    expect(await textOf(store.read('read', { versionId, from: 7 }))).toBe('789');
  });

  it('says which version is being read, and how large that is as a whole', async () => {
    const versionId = await put('told', '0123456789');
    for (const from of [0, 7]) {
      const { bytes, ...told } = await store.read('told', { from });
      expect(told).toEqual({ size: 10, versionId });
      await Array.fromAsync(bytes);
    }
  });

  it('of what is missing, of a version that is gone, and of a delete marker fails as object_missing', async () => {
    const versionId = await put('other', 'x');
    const { VersionId: marker = '' } = await hide('other');
    expect(await failure(store.read('nothing'))).toMatchObject(missing);
    expect(await failure(store.read('other'))).toMatchObject(missing);
    expect(await failure(store.read('read', { versionId }))).toMatchObject(missing);
    expect(await failure(store.read('other', { versionId: marker }))).toMatchObject(missing);
  });

  it('behind the end fails for good', async () => {
    await put('short', 'x');
    expect(await failure(store.read('short', { from: 1 }))).toMatchObject({
      class: 'permanent',
      code: 'object_range_invalid',
    });
  });

  it('cut off in the middle fails as transient', async () => {
    await put('cut', Buffer.alloc(100_000));
    session.standIn.faults.next({ operation: 'GetObject', kind: 'cut', afterBytes: 50_000 });
    expect(await failure(textOf(store.read('cut')))).toMatchObject(unavailable);
  });

  it('called off before or in the middle fails with the reason of the signal', async () => {
    await put('slow', Buffer.alloc(100_000));
    const reason = new Error('the job was cancelled');
    expect(await failure(store.read('slow', { signal: AbortSignal.abort(reason) }))).toBe(reason);
    session.standIn.faults.next({ operation: 'GetObject', kind: 'slow', bytesPerSecond: 10_000 });
    const cancel = new AbortController();
    const { bytes } = await store.read('slow', { signal: cancel.signal });
    const reading = (async () => {
      for await (const _ of bytes) cancel.abort(reason);
    })();
    expect(await failure(reading)).toBe(reason);
  });

  it('that hears nothing for the idle time fails as transient, also in the middle', async () => {
    const impatient = storeWith({ timeouts: { connect: 200, idle: 150 } });
    session.standIn.faults.next({ operation: 'GetObject', kind: 'hang', times: 3 });
    expect(await failure(impatient.read('slow'))).toMatchObject(unavailable);
    session.standIn.faults.clear();
    session.standIn.faults.next({ operation: 'GetObject', kind: 'stall', afterBytes: 1000 });
    expect(await failure(textOf(impatient.read('slow')))).toMatchObject(unavailable);
    impatient.close();
  });
});

describe('a failing store', () => {
  it('is tried three times before it counts as unavailable', async () => {
    await put('flaky', 'x');
    session.standIn.faults.next({
      operation: 'GetObject',
      kind: 'status',
      status: 500,
      code: 'InternalError',
      times: 2,
    });
    expect(await textOf(store.read('flaky'))).toBe('x');
    session.standIn.faults.next({
      operation: 'GetObject',
      kind: 'status',
      status: 500,
      code: 'InternalError',
      times: 3,
    });
    expect(await failure(store.read('flaky'))).toMatchObject(unavailable);
    expect(session.standIn.faults.pending()).toBe(0);
  });

  it('that asks to slow down is throttled', async () => {
    session.standIn.faults.next({ operation: 'GetObject', kind: 'status', status: 503, code: 'SlowDown', times: 3 });
    expect(await failure(store.read('flaky'))).toEqual({
      class: 'throttled',
      code: 'object_store_throttled',
      retryAfterMs: 5_000,
    });
  });

  it('that refuses the credentials has denied the call for good', async () => {
    const stranger = storeWith({ credentials: { ...credentials, secretAccessKey: 'wrong' } });
    expect(await failure(stranger.read('flaky'))).toMatchObject(denied);
    expect(await failure(stranger.write('flaky', Buffer.from('x')))).toMatchObject(denied);
    expect(await failure(stranger.check())).toMatchObject(denied);
  });

  it('that is not there is unavailable', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    expect(await failure(storeWith({ endpoint }).check())).toMatchObject(unavailable);
  });
});

describe('a presigned upload', () => {
  const presign = (key: string, size: number) =>
    store.presignPut(key, { size, contentType: type, expiresInSeconds: 900 });
  const upload = async (key: string, size: number, body: string, change: Record<string, string> = {}) => {
    const { method, url, headers } = await presign(key, size);
    const { 'content-length': _, ...others } = headers;
    return (await fetch(url, { method, body, headers: { ...others, ...change } })).status;
  };

  it('takes exactly the bytes and the type it was made for', async () => {
    expect(await upload('up', 5, 'hello')).toBe(200);
    expect(await textOf(store.read('up'))).toBe('hello');
    expect(await upload('up', 0, '')).toBe(200);
    expect(await upload('over', 5, 'hello!')).toBe(403);
    expect(await upload('under', 5, 'hell')).toBe(403);
    expect(await upload('type', 5, 'hello', { 'content-type': 'text/html' })).toBe(403);
  });

  it('names the headers the phone has to send', async () => {
    expect((await presign('up', 5)).headers).toEqual({ 'content-type': type, 'content-length': '5' });
  });

  it('is over after its time', async () => {
    const { url, headers } = await presign('late', 5);
    session.clock.shift({ seconds: 902 });
    const { status } = await fetch(url, { method: 'PUT', body: 'hello', headers });
    session.clock.shift({ seconds: -902 });
    expect(status).toBe(403);
  });

  it('never lives longer than 15 minutes', async () => {
    const long = { size: 1, contentType: type, expiresInSeconds: 901 };
    await expect(store.presignPut('k', long)).rejects.toThrow(/900 seconds/);
  });
});

describe('a presigned download', () => {
  it('is pinned to its version', async () => {
    const versionId = await put('down', 'old');
    await put('down', 'new');
    const [pinned, newest] = [
      await store.presignGet('down', { versionId, expiresInSeconds: 60 }),
      await store.presignGet('down', { expiresInSeconds: 60 }),
    ];
    expect(await (await fetch(pinned)).text()).toBe('old');
    expect(await (await fetch(newest)).text()).toBe('new');
    expect((await fetch(pinned.replace('versionId=', 'versionId=x'))).status).toBe(403);
  });
});
