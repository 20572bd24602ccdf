import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ObjectStore, PresignedPart } from '../../../shared/platform/object-store/port.ts';
import { s3ObjectStore } from '../../../shared/platform/object-store/s3.ts';
import { failure } from '../../support/failure.ts';
import { bucket, identity, type S3Session, s3Session } from '../../support/s3-session.ts';

const { region, ...credentials } = identity;
const contentType = 'application/octet-stream';
const partSize = 5 * 1024 ** 2;
const object = randomBytes(2 * partSize + 1_000);
const slices = [object.subarray(0, partSize), object.subarray(partSize, 2 * partSize), object.subarray(2 * partSize)];
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

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

async function begin(key: string, checksummed: boolean) {
  const uploadId = await store.beginMultipart(key, { contentType, checksummed });
  const parts = await Promise.all(
    slices.map((slice, at) =>
      store.presignPart(key, {
        uploadId,
        number: at + 1,
        size: slice.length,
        expiresInSeconds: 60,
        ...(checksummed ? { sha256: sha256(slice) } : {}),
      }),
    ),
  );
  return { uploadId, parts };
}

async function send({ url, headers }: PresignedPart, bytes: Uint8Array) {
  const { 'content-length': _computed, ...rest } = headers;
  const response = await fetch(url, { method: 'PUT', headers: rest, body: new Uint8Array(bytes) });
  return { status: response.status, etag: response.headers.get('etag') ?? '' };
}

const sendAll = (parts: readonly PresignedPart[]) =>
  Promise.all(parts.map((part, at) => send(part, slices[at] ?? new Uint8Array())));
const named = (checksummed: boolean) =>
  slices.map((slice, at) => ({ number: at + 1, ...(checksummed ? { sha256: sha256(slice) } : {}) }));
const read = async (key: string) => Buffer.concat(await Array.fromAsync((await store.read(key)).bytes));

describe('an upload in parts', () => {
  it.each([true, false])(
    'becomes one object once every part is there (parts with a checksum: %s)',
    async (checksummed) => {
      const key = `whole-${checksummed}`;
      const { uploadId, parts } = await begin(key, checksummed);
      await sendAll(parts);
      await store.completeMultipart(key, { uploadId, parts: named(checksummed) });
      expect((await read(key)).equals(object)).toBe(true);
    },
  );

  it('refuses a part with another byte than was signed, and one a byte longer', async () => {
    const { parts } = await begin('other-bytes', true);
    const [first] = parts;
    if (!first) throw new Error('there is a first part');
    const changed = Buffer.from(slices[0] ?? []);
    changed[17] = (changed[17] ?? 0) ^ 1;
    expect((await send(first, changed)).status).toBe(400);
    expect((await send(first, Buffer.concat([changed, Buffer.alloc(1)]))).status).toBe(403);
  });

  it('refuses a signed part without its checksum', async () => {
    const { parts } = await begin('no-checksum', true);
    const [first] = parts;
    if (!first) throw new Error('there is a first part');
    expect((await send({ ...first, headers: {} }, slices[0] ?? new Uint8Array())).status).toBe(403);
  });

  it('is incomplete while a part is missing, or is another than was named', async () => {
    const { uploadId, parts } = await begin('incomplete', true);
    const complete = (etag?: string) =>
      failure(
        store.completeMultipart('incomplete', {
          uploadId,
          parts: named(true).map((part) => (etag ? { ...part, etag } : part)),
        }),
      );
    const incomplete = { class: 'permanent', code: 'upload_incomplete' };
    expect(await complete()).toMatchObject(incomplete);
    await sendAll(parts);
    expect(await complete('"0123456789abcdef0123456789abcdef"')).toMatchObject(incomplete);
  });

  it('takes a part that was sent again as it was sent last', async () => {
    const { uploadId, parts } = await begin('again', false);
    await sendAll(parts);
    const sent = await sendAll(parts);
    await store.completeMultipart('again', { uploadId, parts: sent.map(({ etag }, at) => ({ number: at + 1, etag })) });
    expect((await read('again')).equals(object)).toBe(true);
  });

  it('is gone once completed or aborted, and aborting it again does nothing', async () => {
    const { uploadId } = await begin('aborted', false);
    await store.abortMultipart('aborted', uploadId);
    await store.abortMultipart('aborted', uploadId);
    expect(await failure(store.completeMultipart('aborted', { uploadId, parts: named(false) }))).toMatchObject({
      class: 'permanent',
      code: 'object_missing',
    });
  });

  it('is deleted with everything at its key', async () => {
    await begin('deleted', false);
    await store.deleteAllVersions('deleted');
    expect(await Array.fromAsync(store.multiparts('deleted'))).toEqual([]);
  });
});
