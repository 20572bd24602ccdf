import type { IncomingMessage } from 'node:http';
import { decode, queryPairs, type WireRequest } from './canonical.ts';
import { notImplemented, s3Error } from './errors.ts';
import { type Operation, operationOf } from './operations.ts';
import type { Proof } from './signature.ts';

/** A request whose signature is proven, in the words of the routes. */
export type S3Request = Address & {
  proof: Proof;
  /** A header; of a presigned URL also an `x-amz-*` parameter, which S3 takes for the header of that name. */
  header(name: string): string | undefined;
  /** `x-amz-meta-*` and their values. */
  metadata(): Record<string, string>;
  /** The raw body. Ending early leaves the connection open for the answer. */
  bytes(): AsyncGenerator<Buffer>;
};

/** What is asked of which bucket and key. */
export type Address = {
  operation: Operation;
  bucket: string;
  /** Empty for an operation on the bucket. */
  key: string;
  query: ReadonlyMap<string, string>;
};

export function wireRequestOf(incoming: IncomingMessage): WireRequest {
  const [path = '/', query = ''] = splitOnce(incoming.url ?? '/', '?');
  const headers = incoming.rawHeaders.flatMap((text, at, all) =>
    at % 2 === 0 ? [[text.toLowerCase(), all[at + 1] ?? ''] as const] : [],
  );
  return { method: incoming.method ?? 'GET', path, query, headers };
}

/** Path-style only: `/bucket/key`. Throws for what S3 refuses and for what the stand-in does not do. */
export function addressOf(wire: WireRequest): Address {
  const [bucket = '', key = ''] = splitOnce(decode(wire.path.slice(1).replaceAll('+', '%2B')), '/');
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw bucket === ''
      ? s3Error('MethodNotAllowed')
      : s3Error('InvalidBucketName', { details: { BucketName: bucket } });
  const bytes = Buffer.byteLength(key);
  if (bytes > 1024) throw s3Error('KeyTooLongError', { details: { Size: bytes, MaxSizeAllowed: 1024 } });
  const query = new Map(queryPairs(wire.query));
  return { operation: operationOf(wire.method, key === '' ? 'bucket' : 'object', query), bucket, key, query };
}

export function requestOf(
  wire: WireRequest,
  address: Address,
  proof: Proof,
  bytes: () => AsyncGenerator<Buffer>,
): S3Request {
  const hoisted = proof.presigned
    ? [...address.query].map(([name, value]) => [name.toLowerCase(), value] as const)
    : [];
  const headers = new Map([...hoisted.filter(([name]) => name.startsWith('x-amz-')), ...wire.headers]);
  const unsupported = [...headers.keys()].find((name) => unsupportedHeaders.some((prefix) => name.startsWith(prefix)));
  if (unsupported) throw notImplemented(unsupported);
  return {
    ...address,
    proof,
    header: (name) => headers.get(name),
    metadata: () => Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-amz-meta-'))),
    bytes,
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

// Refused rather than ignored: a test must not pass because the stand-in looked away.
const unsupportedHeaders = [
  'x-amz-acl',
  'x-amz-bypass-governance-retention',
  'x-amz-copy-source',
  'x-amz-grant-',
  'x-amz-if-match-',
  'x-amz-mfa',
  'x-amz-object-lock-',
  'x-amz-server-side-encryption',
  'x-amz-tagging',
  'x-amz-website-redirect-location',
  'x-amz-write-offset-bytes',
];
