import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bucket, refusal, type S3Session, s3Client, s3Session } from '../../support/s3-session.ts';

let session: S3Session;
let client: ReturnType<typeof s3Client>;
beforeAll(async () => {
  session = await s3Session();
  // As a phone uploads: no checksum beside the parts.
  client = s3Client(session.standIn.url, { requestChecksumCalculation: 'WHEN_REQUIRED' });
});
afterAll(() => session.stop());

const mebibyte = 1024 ** 2;
const begin = async (Key: string, extra: object = {}) =>
  (await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key, ...extra }))).UploadId ?? '';
const part = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer): Promise<CompletedPart> => {
  const { ETag } = await client.send(new UploadPartCommand({ Bucket: bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag };
};
const complete = (Key: string, UploadId: string, Parts: CompletedPart[], extra: object = {}) =>
  client.send(
    new CompleteMultipartUploadCommand({ Bucket: bucket, Key, UploadId, MultipartUpload: { Parts }, ...extra }),
  );
const abort = (Key: string, UploadId: string) =>
  client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));

describe('a multipart upload', () => {
  it('becomes one object of its parts, in their order, readable across their borders', async () => {
    const id = await begin('whole', { ContentType: 'audio/ogg' });
    const last = await part('whole', id, 7, Buffer.alloc(10, 'z'));
    const first = await part('whole', id, 2, Buffer.alloc(5 * mebibyte, 'a'));
    expect(await session.standIn.bytes('whole')).toBeUndefined();
    const { ETag } = await complete('whole', id, [first, last]);
    expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const start = 5 * mebibyte - 3;
    const answer = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: 'whole', Range: `bytes=${start}-${start + 5}` }),
    );
    expect(await answer.Body?.transformToString()).toBe('aaazzz');
    expect(answer).toMatchObject({
      ContentType: 'audio/ogg',
      ContentRange: `bytes ${start}-${start + 5}/${5 * mebibyte + 10}`,
    });
  });

  it('has parts of 5 MiB at least, except the last', async () => {
    const id = await begin('small');
    const parts = [
      await part('small', id, 1, Buffer.alloc(5 * mebibyte - 1)),
      await part('small', id, 2, Buffer.alloc(1)),
    ];
    expect(await refusal(complete('small', id, parts))).toEqual({ code: 'EntityTooSmall', status: 400 });
    await part('small', id, 1, Buffer.alloc(5 * mebibyte));
    expect((await refusal(complete('small', id, parts))).code).toBe('InvalidPart');
  });

  it('is refused with parts out of order, unknown, of another ETag, or none', async () => {
    const id = await begin('order');
    const parts = [await part('order', id, 1, Buffer.alloc(5 * mebibyte)), await part('order', id, 2, Buffer.alloc(1))];
    expect((await refusal(complete('order', id, parts.toReversed()))).code).toBe('InvalidPartOrder');
    expect((await refusal(complete('order', id, [...parts, { PartNumber: 3, ETag: '"x"' }]))).code).toBe('InvalidPart');
    expect((await refusal(complete('order', id, [{ PartNumber: 1, ETag: '"x"' }]))).code).toBe('InvalidPart');
    expect((await refusal(complete('order', id, []))).code).toBe('MalformedXML');
    await complete('order', id, parts);
  });

  it('has part numbers from 1 to 10,000', async () => {
    const id = await begin('numbers');
    await part('numbers', id, 10_000, Buffer.alloc(1));
    expect((await refusal(part('numbers', id, 10_001, Buffer.alloc(1)))).code).toBe('InvalidArgument');
    expect((await refusal(part('numbers', id, 0, Buffer.alloc(1)))).code).toBe('InvalidArgument');
  });

  it('that is over, of another key, or was never begun is NoSuchUpload', async () => {
    const [done, aborted] = [await begin('over'), await begin('over')];
    await complete('over', done, [await part('over', done, 1, Buffer.alloc(1))]);
    await abort('over', aborted);
    for (const id of [done, aborted, 'never'])
      expect(await refusal(part('over', id, 1, Buffer.alloc(1)))).toEqual({ code: 'NoSuchUpload', status: 404 });
    expect((await refusal(abort('over', aborted))).code).toBe('NoSuchUpload');
    expect((await refusal(abort('elsewhere', await begin('over-2')))).code).toBe('NoSuchUpload');
  });

  it('obeys If-None-Match when it is completed, and may be completed after all', async () => {
    const id = await begin('cond');
    const parts = [await part('cond', id, 1, Buffer.from('multi'))];
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond', Body: 'there' }));
    expect((await refusal(complete('cond', id, parts, { IfNoneMatch: '*' }))).code).toBe('PreconditionFailed');
    await complete('cond', id, parts);
    expect((await session.standIn.bytes('cond'))?.toString()).toBe('multi');
  });

  it('begun with a checksum algorithm wants that checksum of every part, and again at the end', async () => {
    const id = await begin('sums', { ChecksumAlgorithm: 'SHA256' });
    const address = { Bucket: bucket, Key: 'sums', UploadId: id, PartNumber: 1, Body: Buffer.from('hello') };
    expect((await refusal(client.send(new UploadPartCommand(address)))).code).toBe('InvalidRequest');
    const { ETag, ChecksumSHA256 } = await client.send(
      new UploadPartCommand({ ...address, ChecksumAlgorithm: 'SHA256' }),
    );
    expect((await refusal(complete('sums', id, [{ PartNumber: 1, ETag }]))).code).toBe('InvalidRequest');
    const answer = await complete('sums', id, [{ PartNumber: 1, ETag, ChecksumSHA256 }]);
    expect(answer).toMatchObject({ ChecksumSHA256: expect.stringMatching(/-1$/), ChecksumType: 'COMPOSITE' });
  });
});

describe('lists of what is unfinished', () => {
  it('name uploads by key and in pages', async () => {
    const ids = [await begin('list/a'), await begin('list/a'), await begin('list/b')];
    const first = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'list/', MaxUploads: 2 }),
    );
    const second = await client.send(
      new ListMultipartUploadsCommand({
        Bucket: bucket,
        Prefix: 'list/',
        KeyMarker: first.NextKeyMarker,
        UploadIdMarker: first.NextUploadIdMarker,
      }),
    );
    expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
    const found = [...(first.Uploads ?? []), ...(second.Uploads ?? [])];
    expect(found.map(({ Key }) => Key)).toEqual(['list/a', 'list/a', 'list/b']);
    expect(found.map(({ UploadId }) => UploadId).toSorted()).toEqual(ids.toSorted());
  });

  it('name parts by number and in pages', async () => {
    const id = await begin('parts');
    for (const number of [3, 1, 2]) await part('parts', id, number, Buffer.alloc(number));
    const list = (extra: object) =>
      client.send(new ListPartsCommand({ Bucket: bucket, Key: 'parts', UploadId: id, ...extra }));
    const first = await list({ MaxParts: 2 });
    const second = await list({ PartNumberMarker: first.NextPartNumberMarker });
    expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(second.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3]);
  });
});
