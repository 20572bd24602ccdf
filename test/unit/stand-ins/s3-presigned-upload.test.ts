import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bucket, type S3Session, s3Client, s3Session } from '../../support/s3-session.ts';
import { sendRaw } from '../../support/stand-ins/s3/raw-client.ts';

let session: S3Session;
beforeAll(async () => {
  session = await s3Session();
});
afterAll(() => session.stop());

const type = 'application/octet-stream';

/** A presigned PUT of 5 bytes whose length and type are signed. */
async function presignedPut(key: string, expiresIn = 900): Promise<string> {
  const client = s3Client(session.standIn.url, { requestChecksumCalculation: 'WHEN_REQUIRED' });
  return getSignedUrl(client, new PutObjectCommand({ Bucket: bucket, Key: key, ContentLength: 5, ContentType: type }), {
    expiresIn,
    signableHeaders: new Set(['host', 'content-length', 'content-type']),
  });
}

const put = async (url: string, body: string, headers: Record<string, string> = { 'content-type': type }) => {
  const answer = await fetch(url, { method: 'PUT', body, headers });
  return { status: answer.status, text: await answer.text() };
};

describe('a presigned PUT with a signed length and type', () => {
  it('stores the upload it was made for', async () => {
    expect(await put(await presignedPut('exact'), 'hello')).toEqual({ status: 200, text: '' });
    expect((await session.standIn.bytes('exact'))?.toString()).toBe('hello');
  });

  it.each([
    ['one byte more', 'hello!', type],
    ['one byte less', 'hell', type],
    ['another type', 'hello', 'text/html'],
  ])('refuses %s', async (_, body, contentType) => {
    const answer = await put(await presignedPut('refused'), body, { 'content-type': contentType });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<Code>SignatureDoesNotMatch</Code>');
    expect(await session.standIn.bytes('refused')).toBeUndefined();
  });

  it('refuses a body of unknown length', async () => {
    const url = new URL(await presignedPut('chunked'));
    const headers = { 'content-type': type, 'transfer-encoding': 'chunked' };
    const answer = await sendRaw(url.origin, {
      method: 'PUT',
      path: url.pathname + url.search,
      headers,
      body: 'hello',
    });
    expect(answer).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  });

  it('refuses another key and an added x-amz header', async () => {
    const url = await presignedPut('mine');
    expect((await put(url.replace('/mine?', '/yours?'), 'hello')).text).toContain('SignatureDoesNotMatch');
    const answer = await put(url, 'hello', { 'content-type': type, 'x-amz-meta-owner': 'mallory' });
    expect(answer.text).toContain('There were headers present in the request which were not signed');
  });

  it('can be used again until it expires, each time for a new version', async () => {
    const url = await presignedPut('again');
    await put(url, 'first');
    await put(url, 'later');
    expect(session.standIn.objects().filter(({ key }) => key === 'again')).toHaveLength(2);
  });

  it('says "Request has expired" afterwards', async () => {
    const url = await presignedPut('late', 60);
    session.clock.shift({ seconds: 62 });
    const answer = await put(url, 'hello');
    session.clock.shift({ seconds: -62 });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
  });
});

describe('a presigned PUT signed by an SDK at its defaults', () => {
  it('carries the CRC of an empty body, so that every other body is refused', async () => {
    const url = await getSignedUrl(session.client, new PutObjectCommand({ Bucket: bucket, Key: 'crc' }));
    expect(url).toContain('x-amz-checksum-crc32=AAAAAA%3D%3D');
    const answer = await put(url, 'hello', {});
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<Code>BadDigest</Code>');
  });
});

describe('a presigned GET', () => {
  it('answers with the version it names, and may override the response headers it has signed', async () => {
    const { VersionId } = await session.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'read', Body: 'old' }));
    await session.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'read', Body: 'new' }));
    const command = { Bucket: bucket, Key: 'read', VersionId, ResponseContentDisposition: 'attachment' };
    const answer = await fetch(await getSignedUrl(session.client, new GetObjectCommand(command)));
    expect(await answer.text()).toBe('old');
    expect(answer.headers.get('content-disposition')).toBe('attachment');
  });
});
