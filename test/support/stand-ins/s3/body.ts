import { createHash } from 'node:crypto';
import { decodeAwsChunked } from './aws-chunked.ts';
import { type ChecksumAlgorithm, runningChecksum } from './checksums.ts';
import { type DeclaredChecksum, declaredChecksum, declaredMd5 } from './declared-digests.ts';
import { s3Error } from './errors.ts';
import type { S3Request } from './request.ts';

/** Where a body goes, piece by piece; `write` is waited for, which bounds what is in memory. */
export type BodySink = { write(chunk: Buffer): Promise<void> };

export type ReceivedBody = {
  size: number;
  /** Hex. */
  md5: string;
  checksum: { algorithm: ChecksumAlgorithm; value: string } | undefined;
};

/**
 * Streams the request's body into `sink` and verifies everything the client said about it: length, payload hash, chunk
 * signatures, Content-MD5, checksums in headers or trailers. Throws the `S3Error` S3 would answer with; what was written is then void.
 */
export async function receiveBody(request: S3Request, sink: BodySink): Promise<ReceivedBody> {
  const framing = framingOf(request);
  const expectedSize = expectedSizeOf(request, framing);
  const md5Expected = declaredMd5(request);
  const declared = declaredChecksum(request);
  const [md5, sha256, checksum] = [
    createHash('md5'),
    createHash('sha256'),
    declared && runningChecksum(declared.algorithm),
  ];
  let size = 0;

  const payload = payloadOf(request, framing);
  let step = await payload.next();
  for (; !step.done; step = await payload.next()) {
    size += step.value.length;
    if (size > expectedSize) break;
    for (const digest of [md5, sha256, checksum]) digest?.update(step.value);
    await sink.write(step.value);
  }
  if (size !== expectedSize) throw s3Error('IncompleteBody');

  const md5Hex = md5.digest('hex');
  if (md5Expected !== undefined && md5Expected !== md5Hex) throw s3Error('BadDigest');
  if (framing.kind === 'plain') checkPayloadHash(framing.sha256, sha256.digest('hex'));
  const trailers = step.done && step.value instanceof Map ? step.value : new Map<string, string>();
  const value = checksum && declared && verifiedChecksum(declared, checksum.digest().toString('base64'), trailers);
  return { size, md5: md5Hex, checksum: declared && value ? { algorithm: declared.algorithm, value } : undefined };
}

/** A small body as text, verified in the same way. */
export async function receiveText(request: S3Request, maximalBytes: number): Promise<string> {
  if (Number(request.header('content-length')) > maximalBytes) throw s3Error('MalformedXML');
  const chunks: Buffer[] = [];
  await receiveBody(request, { write: async (chunk) => void chunks.push(chunk) });
  return Buffer.concat(chunks).toString('utf8');
}

type Framing = { kind: 'plain'; sha256: string | undefined } | { kind: 'chunked'; signed: boolean; trailer: boolean };

function framingOf({ proof: { payloadHash } }: S3Request): Framing {
  if (payloadHash === 'UNSIGNED-PAYLOAD') return { kind: 'plain', sha256: undefined };
  if (/^[0-9a-f]{64}$/.test(payloadHash)) return { kind: 'plain', sha256: payloadHash };
  const streaming = /^STREAMING-(AWS4-HMAC-SHA256|UNSIGNED)-PAYLOAD(-TRAILER)?$/.exec(payloadHash);
  const signed = streaming?.[1] === 'AWS4-HMAC-SHA256';
  const trailer = streaming?.[2] !== undefined;
  if (streaming && (signed || trailer)) return { kind: 'chunked', signed, trailer };
  throw s3Error('InvalidArgument', {
    message:
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    details: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: payloadHash },
  });
}

function expectedSizeOf(request: S3Request, framing: Framing): number {
  const length = request.header(framing.kind === 'chunked' ? 'x-amz-decoded-content-length' : 'content-length');
  if (length === undefined || !/^\d{1,15}$/.test(length)) throw s3Error('MissingContentLength');
  const size = Number(length);
  if (size > largestUpload)
    throw s3Error('EntityTooLarge', { details: { ProposedSize: size, MaxSizeAllowed: largestUpload } });
  return size;
}

const largestUpload = 5 * 1024 ** 3;

function payloadOf(request: S3Request, framing: Framing): AsyncGenerator<Buffer, unknown> {
  const bytes = request.bytes();
  if (framing.kind === 'plain') return bytes;
  return decodeAwsChunked(bytes, { signedBy: framing.signed ? request.proof : undefined, trailer: framing.trailer });
}

function checkPayloadHash(claimed: string | undefined, computed: string) {
  if (claimed === undefined || claimed === computed) return;
  throw s3Error('XAmzContentSHA256Mismatch', {
    details: { ClientComputedContentSHA256: claimed, S3ComputedContentSHA256: computed },
  });
}

function verifiedChecksum(declared: DeclaredChecksum, computed: string, trailers: ReadonlyMap<string, string>): string {
  const claimed = declared.value ?? trailers.get(`x-amz-checksum-${declared.algorithm}`);
  if (claimed === undefined) throw s3Error('MalformedTrailerError');
  if (claimed === computed) return computed;
  throw s3Error('BadDigest', {
    message: `The ${declared.algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
  });
}
