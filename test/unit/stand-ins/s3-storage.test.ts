import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bucket, identity, type S3Session, s3Client, s3Session } from '../../support/s3-session.ts';
import { signedRaw } from '../../support/stand-ins/s3/raw-client.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 's3-stand-in-'));
});
afterAll(() => rm(root, { recursive: true }));

const blobsIn = (directory: string) => readdir(join(directory, 'blobs'));
const put = (session: S3Session, Key: string, Body: string | Buffer) =>
  session.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));

describe('a stand-in with a directory', () => {
  it('has after a restart what it had before: objects, versions, markers and unfinished uploads', async () => {
    const directory = join(root, 'restart');
    const before = await s3Session({ directory });
    await put(before, 'a/../key ü', 'old');
    await put(before, 'a/../key ü', 'new');
    await before.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'gone' }));
    const address = { Bucket: bucket, Key: 'multi' };
    const client = s3Client(before.standIn.url, { requestChecksumCalculation: 'WHEN_REQUIRED' });
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(address));
    const { ETag } = await client.send(new UploadPartCommand({ ...address, UploadId, PartNumber: 1, Body: 'part' }));
    const objects = before.standIn.objects();
    await before.stop();

    const after = await s3Session({ directory });
    expect(after.standIn.objects()).toEqual(objects);
    expect((await after.standIn.bytes('a/../key ü'))?.toString()).toBe('new');
    const newest = await put(after, 'a/../key ü', 'newest');
    expect(after.standIn.objects().find(({ isLatest }) => isLatest)?.versionId).toBe(newest.VersionId);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await after.client.send(new CompleteMultipartUploadCommand({ ...address, UploadId, MultipartUpload }));
    expect((await after.standIn.bytes('multi'))?.toString()).toBe('part');
    await after.stop();
  });

  it('frees the bytes of what is deleted or refused', async () => {
    const directory = join(root, 'free');
    const session = await s3Session({ directory });
    const { VersionId } = await put(session, 'k', 'bytes');
    expect(await blobsIn(directory)).toHaveLength(1);
    await session.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k', VersionId }));
    const wrong = new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'bytes', ChecksumCRC32: 'AAAAAA==' });
    await expect(session.client.send(wrong)).rejects.toThrow();
    expect(await blobsIn(directory)).toEqual([]);
    expect(await readdir(join(directory, 'incoming'))).toEqual([]);
    await session.stop();
  });

  it('killed while it takes uploads has only whole objects afterwards', async () => {
    const directory = join(root, 'killed');
    const standIn = new URL('../../support/stand-ins/s3/index.ts', import.meta.url).href;
    const script = `import { startS3StandIn } from ${JSON.stringify(standIn)};
      console.log((await startS3StandIn(${JSON.stringify({ bucket, ...identity, directory })})).url);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [url] = await once(child.stdout, 'data');
    const client = s3Client(String(url).trim());
    const body = Buffer.alloc(1024 ** 2, 'x');
    const answered: string[] = [];
    const upload = async (Key: string) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: body }));
      answered.push(Key);
      if (answered.length === 5) child.kill('SIGKILL');
    };
    await Promise.allSettled(Array.from({ length: 40 }, (_, n) => upload(`k${n}`)));

    const after = await s3Session({ directory });
    const stored = after.standIn.objects();
    expect(stored.map(({ key }) => key)).toEqual(expect.arrayContaining(answered));
    for (const { key } of stored) expect((await after.standIn.bytes(key))?.equals(body)).toBe(true);
    expect(await blobsIn(directory)).toHaveLength(stored.length);
    await after.stop();
  });
});

describe('an upload that is cut off', () => {
  const half = (session: S3Session) => {
    const request = signedRaw(session.standIn.url, identity, session.clock.now(), {
      method: 'PUT',
      path: `/${bucket}/half`,
      headers: { 'content-length': '10', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    });
    const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
    const socket = connect(session.standIn.port, '127.0.0.1');
    socket.write(`PUT ${request.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\nhello`);
    return socket;
  };
  const incoming = async (directory: string) => (await readdir(join(directory, 'incoming'))).length;

  it('stores nothing when the connection is reset', async () => {
    const directory = join(root, 'reset');
    const session = await s3Session({ directory });
    const socket = half(session);
    while ((await incoming(directory)) === 0) await pause(5);
    socket.resetAndDestroy();
    while ((await incoming(directory)) > 0) await pause(5);
    expect(session.standIn.objects()).toEqual([]);
    expect(await blobsIn(directory)).toEqual([]);
    await session.stop();
  });

  it('is answered with IncompleteBody when the client only stops sending', async () => {
    const session = await s3Session();
    const socket = half(session);
    socket.end();
    const answer = Buffer.concat(await socket.toArray()).toString();
    expect(answer).toContain('400 Bad Request');
    expect(answer).toContain('<Code>IncompleteBody</Code>');
    expect(session.standIn.objects()).toEqual([]);
    await session.stop();
  });
});
