import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeAwsChunked } from '../../support/stand-ins/s3/aws-chunked.ts';
import { S3Error } from '../../support/stand-ins/s3/errors.ts';
import { type Proof, signingKeyOf } from '../../support/stand-ins/s3/signature.ts';

async function* pieces(...parts: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part);
}

async function decoded(source: AsyncIterable<Buffer>, options: { signedBy?: Proof; trailer?: boolean } = {}) {
  const chunks: Buffer[] = [];
  const payload = decodeAwsChunked(source, { signedBy: options.signedBy, trailer: options.trailer ?? false });
  for (;;) {
    const step = await payload.next();
    if (step.done) return { payload: Buffer.concat(chunks), trailers: step.value };
    chunks.push(step.value);
  }
}

const refusedWith = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof S3Error ? error.code : error;
};

const chunk = (size: number) => `${size.toString(16)}\r\n${'a'.repeat(size)}\r\n`;

describe('an unsigned aws-chunked body', () => {
  it('is its chunks without their frames, followed by the trailing headers', async () => {
    const body = `${chunk(8192)}5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n`;
    const { payload, trailers } = await decoded(pieces(body), { trailer: true });
    expect(payload.toString()).toBe(`${'a'.repeat(8192)}hello`);
    expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'NhCmhg==']]);
  });

  it('decodes to the same wherever the network cuts it', async () => {
    const body = Buffer.from(`${chunk(8192)}${chunk(9000)}3\r\n\r\n\r\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(body.length), { maxLength: 12 }), async (cuts) => {
        const bounds = [0, ...cuts.toSorted((a, b) => a - b), body.length];
        const parts = bounds.slice(1).map((end, at) => body.subarray(bounds[at], end));
        const { payload } = await decoded(pieces(...parts), { trailer: true });
        expect(payload.length).toBe(8192 + 9000 + 3);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it.each([
    ['ends before its last chunk', '5\r\nhello\r\n', 'IncompleteBody'],
    ['ends inside a chunk', '5\r\nhel', 'IncompleteBody'],
    ['is not chunked at all', 'hello world\r\n', 'IncompleteBody'],
    ['announces fewer bytes than a chunk has', '4\r\nhello\r\n0\r\n\r\n', 'IncompleteBody'],
    ['has a small chunk before the last', '5\r\nhello\r\n2\r\nyo\r\n0\r\n\r\n', 'InvalidChunkSizeError'],
    ['has trailers nobody announced', '0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 'MalformedTrailerError'],
  ])('is refused when it %s', async (_, body, code) => {
    expect(await refusedWith(decoded(pieces(body)))).toBe(code);
  });
});

// The worked example of "Transferring payload in multiple chunks" in the Amazon S3 API reference: 66,560 bytes of "a".
describe('a signed aws-chunked body', () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const signedBy: Proof = {
    presigned: false,
    payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    timestamp: '20130524T000000Z',
    scope: '20130524/us-east-1/s3/aws4_request',
    signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    signingKey: signingKeyOf(secret, '20130524', 'us-east-1'),
  };
  const signed = (size: number, signature: string) =>
    `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(size)}\r\n`;
  const first = signed(65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648');
  const second = signed(1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497');
  const last = signed(0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9');

  it('is accepted for the example of the S3 reference', async () => {
    const { payload } = await decoded(pieces(first, second, last), { signedBy });
    expect(payload.equals(Buffer.alloc(66_560, 'a'))).toBe(true);
  });

  it.each([
    ['a byte is changed', first.replace('aaaa', 'aaab') + second + last],
    ['a chunk is left out', first + last],
    ['a signature is missing', first + chunk(1024) + last],
    ['it is cut off behind a chunk', `${first}0\r\n\r\n`],
  ])('is refused when %s', async (_, body) => {
    expect(await refusedWith(decoded(pieces(body), { signedBy }))).toBe('SignatureDoesNotMatch');
  });
});
