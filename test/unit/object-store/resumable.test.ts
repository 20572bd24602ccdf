import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permanent, transient } from '../../../shared/platform/errors.ts';
import type { ObjectReading, ObjectStore } from '../../../shared/platform/object-store/port.ts';
import { newestObject, objectBytes, type ResumeOptions } from '../../../shared/platform/object-store/resumable.ts';
import { s3ObjectStore } from '../../../shared/platform/object-store/s3.ts';
import { seededRandom } from '../../../shared/platform/random.ts';
import { bucket, identity, type S3Session, s3Session } from '../../support/s3-session.ts';

const size = 3_000_000;
const content = Buffer.from(Array.from({ length: size }, (_, n) => n % 251));
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const atOnce: ResumeOptions = { firstDelayMs: 0, random: seededRandom(1) };

let session: S3Session;
let store: ObjectStore;
let object: { key: string; versionId: string | undefined; size: number };
beforeAll(async () => {
  session = await s3Session();
  const { region, ...credentials } = identity;
  store = s3ObjectStore({ bucket, region, credentials, endpoint: session.standIn.url });
  const { VersionId } = await session.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: content }));
  object = { key: 'k', versionId: VersionId, size };
});
afterAll(async () => {
  store.close();
  await session.stop();
});

/** A reading as an object store gives it; of what is read, these tests know without being told. */
const readingOf = (bytes: Iterable<Buffer> | AsyncIterable<Buffer>): ObjectReading => ({
  size: Number.NaN,
  versionId: undefined,
  bytes: Readable.from(bytes, { objectMode: false }),
});
const cut = (afterBytes: number) => session.standIn.faults.next({ operation: 'GetObject', kind: 'cut', afterBytes });
const read = async (options: ResumeOptions = atOnce) =>
  Buffer.concat(await Array.fromAsync(objectBytes(store, object, options)));

describe('the bytes of an object', () => {
  it('are whole and in order', async () => {
    expect(sha256(await read())).toBe(sha256(content));
  });

  it('are whole and in order after cuts, at the first byte, in the middle and before the last', async () => {
    for (const afterBytes of [0, 1, 1_000_000, 500_000, 1_499_997]) cut(afterBytes);
    expect(sha256(await read())).toBe(sha256(content));
    expect(session.standIn.faults.pending()).toBe(0);
  });

  it('stay those of the pinned version when the object is overwritten after a cut', async () => {
    cut(100_000);
    const reading = objectBytes(store, object, atOnce);
    const first = await reading.next();
    await session.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: Buffer.alloc(size) }));
    const rest = Buffer.concat(await Array.fromAsync(reading));
    expect(sha256(Buffer.concat([first.value ?? Buffer.alloc(0), rest]))).toBe(sha256(content));
  });

  it('are given up when the cuts never end', async () => {
    for (let n = 0; n < 3; n += 1) cut(10_000);
    await expect(read({ ...atOnce, resumptions: 2 })).rejects.toMatchObject({ code: 'object_store_unavailable' });
    expect(session.standIn.faults.pending()).toBe(0);
  });

  it('are not waited for when the object is missing or the signal calls it off', async () => {
    const nothing = objectBytes(store, { ...object, key: 'nothing' }, atOnce);
    await expect(nothing.next()).rejects.toMatchObject({ code: 'object_missing' });
    const reason = new Error('cancelled');
    await expect(read({ ...atOnce, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('come in small pieces, and no further ones are fetched while nobody takes them', async () => {
    let produced = 0;
    const endless: Pick<ObjectStore, 'read'> = {
      read: async () =>
        readingOf(
          (function* () {
            for (; produced < 64 * 1024 ** 2; produced += 65_536) yield Buffer.alloc(65_536);
          })(),
        ),
    };
    const reading = objectBytes(endless, { ...object, size: 64 * 1024 ** 2 }, atOnce);
    const { value } = await reading.next();
    expect(value?.length).toBeLessThanOrEqual(1024 ** 2);
    await new Promise(setImmediate);
    expect(produced).toBeLessThanOrEqual(1024 ** 2);
    await reading.return();
  });
});

describe('the newest object', () => {
  const requests = () => {
    const asked: (string | undefined)[] = [];
    const counting: Pick<ObjectStore, 'read'> = {
      read: (key, options = {}) => {
        asked.push(options.versionId);
        return store.read(key, options);
      },
    };
    return { counting, asked };
  };
  const put = async (key: string, body: Buffer) =>
    (await session.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))).VersionId;

  it('is found and read with one request', async () => {
    const versionId = await put('newest', content);
    const { counting, asked } = requests();
    const { bytes, ...found } = await newestObject(counting, 'newest', atOnce);
    expect(found).toEqual({ key: 'newest', size, versionId });
    expect(sha256(Buffer.concat(await Array.fromAsync(bytes)))).toBe(sha256(content));
    expect(asked).toEqual([undefined]);
  });

  it('stays the version it was when the reading began, through cuts and overwriting', async () => {
    const versionId = await put('exchanged', content);
    for (const afterBytes of [1, 100_000]) cut(afterBytes);
    const { counting, asked } = requests();
    const { bytes, ...found } = await newestObject(counting, 'exchanged', atOnce);
    await put('exchanged', Buffer.alloc(size));
    expect(sha256(Buffer.concat(await Array.fromAsync(bytes)))).toBe(sha256(content));
    expect(found.versionId).toBe(versionId);
    expect(asked).toEqual([undefined, versionId, versionId]);
  });

  it('may have no bytes', async () => {
    await put('empty', Buffer.alloc(0));
    const { bytes, size: none } = await newestObject(store, 'empty', atOnce);
    expect([none, await Array.fromAsync(bytes)]).toEqual([0, []]);
  });

  it('is not waited for where there is none', async () => {
    await expect(newestObject(store, 'nothing', atOnce)).rejects.toMatchObject({ code: 'object_missing' });
  });

  it('is asked for again by a store that fails, and what that took is not there to be resumed with', async () => {
    await put('late', content);
    const failingTwice = (): Pick<ObjectStore, 'read'> => {
      let left = 2;
      return {
        read: async (key, options) => {
          left -= 1;
          if (left >= 0) throw transient('object_store_unavailable', 'away');
          return store.read(key, options);
        },
      };
    };
    const { bytes } = await newestObject(failingTwice(), 'late', { ...atOnce, resumptions: 2 });
    expect(sha256(Buffer.concat(await Array.fromAsync(bytes)))).toBe(sha256(content));
    cut(10_000);
    const short = await newestObject(failingTwice(), 'late', { ...atOnce, resumptions: 2 });
    await expect(Array.fromAsync(short.bytes)).rejects.toMatchObject({ code: 'object_store_unavailable' });
    await expect(newestObject(failingTwice(), 'late', { ...atOnce, resumptions: 1 })).rejects.toMatchObject({
      code: 'object_store_unavailable',
    });
  });
});

describe('a store that sends another number of bytes than the object has', () => {
  const sending = (...bodies: string[]): Pick<ObjectStore, 'read'> => ({
    read: async () => {
      const body = bodies.shift();
      if (body === undefined) throw permanent('object_range_invalid', 'no more');
      return readingOf([Buffer.from(body)]);
    },
  });
  const five = { key: 'k', versionId: undefined, size: 5 };
  const readFrom = (from: Pick<ObjectStore, 'read'>) => Array.fromAsync(objectBytes(from, five, atOnce));

  it('is asked for the rest when they were too few', async () => {
    expect(Buffer.concat(await readFrom(sending('hel', 'lo'))).toString()).toBe('hello');
  });

  it('is not asked again when it breaks off behind the last byte', async () => {
    const read = async () =>
      readingOf(
        (async function* () {
          yield Buffer.from('hello');
          throw transient('object_store_unavailable', 'reset');
        })(),
      );
    let reads = 0;
    const bytes = await readFrom({
      read: () => {
        reads += 1;
        return read();
      },
    });
    expect({ text: Buffer.concat(bytes).toString(), reads }).toEqual({ text: 'hello', reads: 1 });
  });

  it('is not believed when they are too many', async () => {
    await expect(readFrom(sending('hello!'))).rejects.toMatchObject({ code: 'object_size_mismatch' });
  });
});
