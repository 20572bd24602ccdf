import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bucket, identity, refusal, type S3Session, s3Client, s3Session } from '../../support/s3-session.ts';
import { sha256Hex } from '../../support/stand-ins/s3/canonical.ts';
import { checksumAlgorithms, checksumOf } from '../../support/stand-ins/s3/checksums.ts';
import { type RawRequest, sendRaw, signedRaw } from '../../support/stand-ins/s3/raw-client.ts';
import { hmac, signingKeyOf } from '../../support/stand-ins/s3/signature.ts';

let session: S3Session;
beforeAll(async () => {
  session = await s3Session();
});
afterAll(() => session.stop());

const signed = (request: RawRequest) => signedRaw(session.standIn.url, identity, session.clock.now(), request);
const putRaw = (key: string, body: string, headers: Record<string, string>) =>
  sendRaw(session.standIn.url, signed({ method: 'PUT', path: `/${bucket}/${key}`, body, headers }));
const base64 = (algorithm: string, body: string) => createHash(algorithm).update(body).digest('base64');

describe('what an upload says about its bytes', () => {
  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'a %s by the SDK is verified, kept and answered',
    async (name) => {
      const value = checksumOf(
        checksumAlgorithms.find((each) => each.toUpperCase() === name) ?? 'crc32',
        Buffer.from('hello'),
      );
      const field = `Checksum${name}` as const;
      const put = { Bucket: bucket, Key: name, Body: 'hello', [field]: value.toString('base64') };
      await session.client.send(new PutObjectCommand(put));
      const found = await session.client.send(
        new HeadObjectCommand({ Bucket: bucket, Key: name, ChecksumMode: 'ENABLED' }),
      );
      expect(found[field]).toBe(value.toString('base64'));
      const wrong = new PutObjectCommand({ ...put, Key: `${name}-wrong`, Body: 'hallo' });
      expect(await refusal(session.client.send(wrong))).toEqual({ code: 'BadDigest', status: 400 });
      expect(await session.standIn.bytes(`${name}-wrong`)).toBeUndefined();
    },
  );

  it('a wrong Content-MD5 is BadDigest, a malformed one InvalidDigest', async () => {
    const put = (ContentMD5: string) =>
      session.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'md5', Body: 'hello', ContentMD5 }));
    await put(base64('md5', 'hello'));
    expect(await refusal(put(base64('md5', 'hallo')))).toEqual({ code: 'BadDigest', status: 400 });
    expect(await refusal(put('bm90IGFuIE1ENQ=='))).toEqual({ code: 'InvalidDigest', status: 400 });
  });

  it("a payload hash that is not the body's is XAmzContentSHA256Mismatch", async () => {
    const answer = await putRaw('hash', 'hello', { 'x-amz-content-sha256': sha256Hex('hallo') });
    expect(answer).toMatchObject({ status: 400, code: 'XAmzContentSHA256Mismatch' });
    expect(answer.text).toContain(`<S3ComputedContentSHA256>${sha256Hex('hello')}</S3ComputedContentSHA256>`);
    expect(await session.standIn.bytes('hash')).toBeUndefined();
  });

  it('UNSIGNED-PAYLOAD leaves the body unsigned; other words are refused', async () => {
    expect((await putRaw('unsigned', 'hello', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })).status).toBe(200);
    const answer = await putRaw('unsigned', 'hello', { 'x-amz-content-sha256': 'WHATEVER' });
    expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });

  it('two checksums, a malformed one, or one announced and missing are InvalidRequest', async () => {
    const crc32 = checksumOf('crc32', Buffer.from('hello')).toString('base64');
    const both = { 'x-amz-checksum-crc32': crc32, 'x-amz-checksum-sha256': base64('sha256', 'hello') };
    expect((await putRaw('odd', 'hello', both)).code).toBe('InvalidRequest');
    expect((await putRaw('odd', 'hello', { 'x-amz-checksum-crc32': 'AA==' })).code).toBe('InvalidRequest');
    expect((await putRaw('odd', 'hello', { 'x-amz-sdk-checksum-algorithm': 'CRC32' })).code).toBe('InvalidRequest');
  });

  it('without a length there is no upload', async () => {
    const request = signed({
      method: 'PUT',
      path: `/${bucket}/length`,
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    });
    const headers = { ...request.headers, 'transfer-encoding': 'chunked' };
    expect(await sendRaw(session.standIn.url, { ...request, headers, body: 'hello' })).toMatchObject({
      status: 411,
      code: 'MissingContentLength',
    });
  });
});

describe('a stream uploaded by the SDK', () => {
  const put = (client = session.client) =>
    client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: 'stream',
        Body: Readable.from([Buffer.alloc(10_000, 1), Buffer.alloc(20_000, 2), Buffer.alloc(10, 3)]),
        ContentLength: 30_010,
        ContentEncoding: 'gzip',
      }),
    );

  it('arrives without its aws-chunked frames, with its trailing checksum verified', async () => {
    await put();
    const body = await session.standIn.bytes('stream');
    expect(body?.equals(Buffer.concat([Buffer.alloc(10_000, 1), Buffer.alloc(20_000, 2), Buffer.alloc(10, 3)]))).toBe(
      true,
    );
    const found = await session.client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: 'stream', ChecksumMode: 'ENABLED' }),
    );
    expect(found.ContentEncoding).toBe('gzip');
    expect(found.ChecksumCRC32).toBe(checksumOf('crc32', body ?? Buffer.alloc(0)).toString('base64'));
  });

  it('is refused in chunks under 8 KiB, which the SDK sends unless it is told to gather them', async () => {
    const body = () => Readable.from([Buffer.alloc(10), Buffer.alloc(10)]);
    const command = () => new PutObjectCommand({ Bucket: bucket, Key: 'small', Body: body(), ContentLength: 20 });
    expect((await refusal(session.client.send(command()))).code).toBe('InvalidChunkSizeError');
    await s3Client(session.standIn.url, { requestStreamBufferSize: 65_536 }).send(command());
    expect(await session.standIn.bytes('small')).toHaveLength(20);
  });
});

describe('a stream in unsigned chunks with a trailer', () => {
  const put = (trailer: string, decodedLength = 5) =>
    putRaw('trailer', `5\r\nhello\r\n0\r\n${trailer}\r\n`, {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': String(decodedLength),
      'x-amz-trailer': 'x-amz-checksum-crc32',
    });

  it('is stored when the trailing checksum is right', async () => {
    expect((await put('x-amz-checksum-crc32:NhCmhg==\r\n')).status).toBe(200);
  });

  it('is refused when it is wrong, missing, or the length is another', async () => {
    expect((await put('x-amz-checksum-crc32:AAAAAA==\r\n')).code).toBe('BadDigest');
    expect((await put('')).code).toBe('MalformedTrailerError');
    expect((await put('x-amz-checksum-crc32:NhCmhg==\r\n', 6)).code).toBe('IncompleteBody');
    expect((await put('x-amz-checksum-crc32:NhCmhg==\r\n', 4)).code).toBe('IncompleteBody');
  });
});

describe('a stream in signed chunks with a signed trailer', () => {
  /** The SDK for JavaScript never signs chunks; those of other languages do over plain HTTP. */
  function signedStream(trailer: string, tamper: (body: string) => string = (body) => body): RawRequest {
    const headers = {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '5',
      'x-amz-trailer': 'x-amz-checksum-crc32',
    };
    const request = signed({ method: 'PUT', path: `/${bucket}/signed-stream`, headers });
    const key = signingKeyOf(identity.secretAccessKey, request.scope.slice(0, 8), identity.region);
    const sign = (algorithm: string, previous: string, ...content: string[]) =>
      hmac(key, [algorithm, request.headers['x-amz-date'], request.scope, previous, ...content].join('\n')).toString(
        'hex',
      );
    const first = sign('AWS4-HMAC-SHA256-PAYLOAD', request.signature, sha256Hex(''), sha256Hex('hello'));
    const last = sign('AWS4-HMAC-SHA256-PAYLOAD', first, sha256Hex(''), sha256Hex(''));
    const end = sign('AWS4-HMAC-SHA256-TRAILER', last, sha256Hex(`${trailer}\n`));
    const body = `5;chunk-signature=${first}\r\nhello\r\n0;chunk-signature=${last}\r\n${trailer}\r\nx-amz-trailer-signature:${end}\r\n\r\n`;
    return { ...request, body: tamper(body) };
  }
  const send = (request: RawRequest) => sendRaw(session.standIn.url, request);

  it('is stored', async () => {
    expect((await send(signedStream('x-amz-checksum-crc32:NhCmhg=='))).status).toBe(200);
    expect((await session.standIn.bytes('signed-stream'))?.toString()).toBe('hello');
  });

  it('is refused when a chunk or the trailer was changed under way', async () => {
    const changedChunk = signedStream('x-amz-checksum-crc32:NhCmhg==', (body) => body.replace('hello', 'hallo'));
    expect((await send(changedChunk)).code).toBe('SignatureDoesNotMatch');
    const changedTrailer = signedStream('x-amz-checksum-crc32:NhCmhg==', (body) => body.replace('NhCmhg', 'AAAAAA'));
    expect((await send(changedTrailer)).code).toBe('SignatureDoesNotMatch');
  });

  it('is refused when the signed checksum is not that of the bytes', async () => {
    expect((await send(signedStream('x-amz-checksum-crc32:AAAAAA=='))).code).toBe('BadDigest');
  });
});
