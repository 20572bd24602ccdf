import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bucket, refusal, type S3Session, s3Session } from '../../support/s3-session.ts';

let session: S3Session;
beforeAll(async () => {
  session = await s3Session();
  await put('k', Buffer.alloc(100_000, 'x'));
});
afterAll(() => session.stop());

const put = (Key: string, Body: Buffer) => session.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
const get = (Key = 'k', abortSignal?: AbortSignal) =>
  session.client.send(new GetObjectCommand({ Bucket: bucket, Key }), abortSignal ? { abortSignal } : {});
const read = async () => (await get()).Body?.transformToByteArray();

describe('a scripted fault', () => {
  it('cuts an answer off after so many bytes, and only that one', async () => {
    session.standIn.faults.next({ operation: 'GetObject', kind: 'cut', afterBytes: 50_000 });
    await expect(read()).rejects.toThrow();
    expect(await read()).toHaveLength(100_000);
  });

  it('cuts an upload off, which then stores nothing', async () => {
    session.standIn.faults.next({ operation: 'PutObject', kind: 'cut', afterBytes: 1000 });
    await expect(put('cut', Buffer.alloc(10_000))).rejects.toThrow();
    expect(await session.standIn.bytes('cut')).toBeUndefined();
  });

  it('answers with an error of S3, as often as it is told to', async () => {
    session.standIn.faults.next({ operation: 'GetObject', kind: 'status', status: 503, code: 'SlowDown', times: 2 });
    expect(await refusal(get())).toEqual({ code: 'SlowDown', status: 503 });
    expect(await refusal(get())).toEqual({ code: 'SlowDown', status: 503 });
    expect(await read()).toHaveLength(100_000);
  });

  it('takes the effect and loses the answer', async () => {
    session.standIn.faults.next({ operation: 'PutObject', kind: 'lost-answer' });
    await expect(put('lost', Buffer.from('stored'))).rejects.toThrow();
    expect((await session.standIn.bytes('lost'))?.toString()).toBe('stored');
  });

  it('hangs until the client gives up', async () => {
    const { struck } = session.standIn.faults.next({ operation: 'GetObject', kind: 'hang' });
    const leaving = new AbortController();
    const call = get('k', leaving.signal);
    await struck;
    leaving.abort();
    expect((await refusal(call)).code).toBe('AbortError');
  });

  it('lets an answer trickle', async () => {
    session.standIn.faults.next({ operation: 'GetObject', kind: 'slow', bytesPerSecond: 400_000 });
    const start = performance.now();
    expect(await read()).toHaveLength(100_000);
    expect(performance.now() - start).toBeGreaterThan(150);
  });

  it('strikes only its own operation and key, and can be taken back', async () => {
    const { faults } = session.standIn;
    faults.next({ operation: 'ListObjectVersions', kind: 'cut', afterBytes: 10 });
    faults.next({ operation: 'GetObject', key: 'other', kind: 'hang' });
    expect(await read()).toHaveLength(100_000);
    expect(faults.pending()).toBe(2);
    await expect(session.client.send(new ListObjectVersionsCommand({ Bucket: bucket }))).rejects.toThrow();
    faults.clear();
    expect(faults.pending()).toBe(0);
  });
});
