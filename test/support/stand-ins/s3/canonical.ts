import { createHash } from 'node:crypto';
import { s3Error } from './errors.ts';

/** A request as it came over the wire: nothing decoded, every header line kept in order. */
export type WireRequest = {
  method: string;
  /** Still percent-encoded, without the query. */
  path: string;
  /** Still percent-encoded, without the question mark. */
  query: string;
  /** Lower-case names. */
  headers: readonly (readonly [name: string, value: string])[];
};

/** The canonical request of SigV4 in S3's variant: the path is encoded once and never normalised. */
export function canonicalRequest(request: WireRequest, signedHeaders: readonly string[], payloadHash: string): string {
  const headers = signedHeaders.map((name) => `${name}:${headerLine(request, name)}\n`).join('');
  return [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    headers,
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

/** The query's names and values, decoded, in the order given. */
export const queryPairs = (query: string): [name: string, value: string][] =>
  query === ''
    ? []
    : query.split('&').map((pair) => {
        const at = pair.indexOf('=');
        return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
      });

export function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    throw s3Error('InvalidURI');
  }
}

/** RFC 3986: everything but `A–Z a–z 0–9 - . _ ~` is percent-encoded. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

export const sha256Hex = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

const headerLine = (request: WireRequest, name: string) =>
  request.headers
    .filter(([candidate]) => candidate === name)
    .map(([, value]) => value.trim().replace(/[ \t]+/g, ' '))
    .join(',');

// A plus in a path is a plus; only in a query does it mean a space.
const canonicalPath = (path: string) =>
  path
    .split('/')
    .map((segment) => encode(decode(segment.replaceAll('+', '%2B'))))
    .join('/');

const canonicalQuery = (query: string) =>
  queryPairs(query)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join('='))
    .join('&');

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
