import {
  DeleteObjectCommand,
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

describe('an object', () => {
  it('comes back with its bytes, type, metadata, ETag and date', async () => {
    const earliest = session.clock.now().subtract({ seconds: 1 });
    await put('plain', 'hello', { ContentType: 'audio/ogg', CacheControl: 'no-store', Metadata: { owner: 'ours' } });
    const answer = await get('plain');
    expect(await answer.Body?.transformToString()).toBe('hello');
    expect(answer).toMatchObject({
      ContentLength: 5,
      ContentType: 'audio/ogg',
      CacheControl: 'no-store',
      Metadata: { owner: 'ours' },
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
      AcceptRanges: 'bytes',
    });
    const modified = answer.LastModified?.getTime();
    expect(modified).toBeGreaterThan(earliest.epochMilliseconds);
    expect(modified).toBeLessThanOrEqual(session.clock.now().epochMilliseconds);
  });

  it.each([['ü/+ &=?#%'], ["a'(b)*!~"], ['日本/語.wav'], ['a//b/../c'], ['emoji 🎙️'], ['carriage\rreturn']])(
    'may be called %j',
    async (key) => {
      await put(key, key);
      expect(await text(get(key))).toBe(key);
    },
  );

  it('may have no bytes at all', async () => {
    await put('empty', '');
    expect(await text(get('empty'))).toBe('');
  });

  it('that is missing is NoSuchKey, on HEAD without a word', async () => {
    expect(await refusal(get('missing'))).toEqual({ code: 'NoSuchKey', status: 404 });
    expect(await refusal(head('missing'))).toEqual({ code: 'NotFound', status: 404 });
  });

  it('in a missing bucket is NoSuchBucket', async () => {
    const call = session.client.send(new GetObjectCommand({ Bucket: 'elsewhere', Key: 'plain' }));
    expect(await refusal(call)).toEqual({ code: 'NoSuchBucket', status: 404 });
  });

  it('cannot have a key over 1,024 bytes or metadata over 2 KiB', async () => {
    expect((await refusal(put('k'.repeat(1025), ''))).code).toBe('KeyTooLongError');
    expect((await refusal(put('meta', '', { Metadata: { long: 'x'.repeat(2048) } }))).code).toBe('MetadataTooLarge');
  });

  it('is not stored with features the stand-in does not have', async () => {
    const wanted: Partial<PutObjectCommandInput>[] = [
      { ACL: 'public-read' },
      { ServerSideEncryption: 'AES256' },
      { Tagging: 'a=b' },
    ];
    for (const extra of wanted)
      expect(await refusal(put('feature', '', extra))).toEqual({ code: 'NotImplemented', status: 501 });
    const path = `/${bucket}/plain?acl`;
    const request = signedRaw(session.standIn.url, identity, session.clock.now(), { method: 'GET', path });
    expect(await sendRaw(session.standIn.url, request)).toMatchObject({ status: 501, code: 'NotImplemented' });
  });
});

describe('a range', () => {
  beforeAll(() => put('digits', '0123456789'));

  it.each([
    ['bytes=2-5', '2345', 'bytes 2-5/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('%s is answered with 206', async (Range, expected, ContentRange) => {
    const answer = await get('digits', { Range });
    expect(await answer.Body?.transformToString()).toBe(expected);
    expect(answer).toMatchObject({ ContentRange, ContentLength: expected.length, $metadata: { httpStatusCode: 206 } });
  });

  it.each([['bytes=10-'], ['bytes=99-100'], ['bytes=-0']])('%s behind the end is InvalidRange', async (Range) => {
    expect(await refusal(get('digits', { Range }))).toEqual({ code: 'InvalidRange', status: 416 });
  });

  it.each([['bytes=5-2'], ['bytes=0-1,3-4'], ['lines=1-2']])('%s is ignored', async (Range) => {
    expect(await text(get('digits', { Range }))).toBe('0123456789');
  });
});

describe('a conditional GET', () => {
  it('answers 304 for the ETag the client has, 412 for one it wanted in vain', async () => {
    const { ETag } = await put('cond', 'hello');
    expect((await refusal(get('cond', { IfNoneMatch: ETag }))).status).toBe(304);
    expect(await text(get('cond', { IfMatch: ETag }))).toBe('hello');
    expect(await refusal(get('cond', { IfMatch: '"other"' }))).toEqual({ code: 'PreconditionFailed', status: 412 });
    expect((await refusal(head('cond', { IfMatch: '"other"' }))).status).toBe(412);
  });

  it('answers by date, unless an ETag condition says otherwise', async () => {
    const { ETag } = await put('dated', 'hello');
    const [before, after] = [-1, 1].map((hours) => new Date(session.clock.now().add({ hours }).epochMilliseconds));
    expect((await refusal(get('dated', { IfModifiedSince: after }))).status).toBe(304);
    expect(await text(get('dated', { IfModifiedSince: before }))).toBe('hello');
    expect((await refusal(get('dated', { IfUnmodifiedSince: before }))).status).toBe(412);
    expect(await text(get('dated', { IfUnmodifiedSince: before, IfMatch: ETag }))).toBe('hello');
    expect(await text(get('dated', { IfModifiedSince: after, IfNoneMatch: '"other"' }))).toBe('hello');
  });
});

describe('a conditional PUT', () => {
  it('with If-None-Match: * stores only where nothing is', async () => {
    await put('once', 'first', { IfNoneMatch: '*' });
    expect(await refusal(put('once', 'second', { IfNoneMatch: '*' }))).toEqual({
      code: 'PreconditionFailed',
      status: 412,
    });
    await remove('once');
    await put('once', 'third', { IfNoneMatch: '*' });
    expect(await text(get('once'))).toBe('third');
  });

  it('lets exactly one of many at once through', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => put('race', `${n}`, { IfNoneMatch: '*' })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('with If-Match stores only over that very ETag', async () => {
    const { ETag } = await put('swap', 'first');
    await put('swap', 'second', { IfMatch: ETag });
    expect((await refusal(put('swap', 'third', { IfMatch: ETag }))).code).toBe('PreconditionFailed');
    expect((await refusal(put('swap-missing', 'x', { IfMatch: ETag }))).code).toBe('NoSuchKey');
  });

  it('with another If-None-Match is not implemented, as in S3', async () => {
    expect((await refusal(put('swap', 'x', { IfNoneMatch: '"abc"' }))).status).toBe(501);
  });
});
