import { type IncomingMessage, request } from 'node:http';
import { canonicalRequest, sha256Hex } from './canonical.ts';
import { amzDate } from './dates.ts';
import { hmac, type Identity, signingKeyOf } from './signature.ts';

export type RawRequest = { method: string; path: string; headers?: Record<string, string>; body?: string | Buffer };
export type RawAnswer = { status: number; headers: IncomingMessage['headers']; text: string; code: string | undefined };

/** Sends exactly what it is given, also what no well-behaved client would send. `code` is the one of an S3 error. */
export async function sendRaw(url: string, { method, path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const outgoing = request(url, { method, path, headers, agent: false });
  outgoing.end(body);
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    outgoing.on('response', resolve).on('error', reject),
  );
  const chunks: Buffer[] = await answer.toArray();
  const text = Buffer.concat(chunks).toString();
  return { status: answer.statusCode ?? 0, headers: answer.headers, text, code: /<Code>(\w+)<\/Code>/.exec(text)?.[1] };
}

/** Signs every header given, and `x-amz-date`, `x-amz-content-sha256` (the body's unless given) and `host`. */
export function signedRaw(
  url: string,
  identity: Identity,
  now: Temporal.Instant,
  { method, path, headers = {}, body = '' }: RawRequest,
): RawRequest & { headers: Record<string, string>; signature: string; scope: string } {
  const timestamp = amzDate(now);
  const all: Record<string, string> = {
    'x-amz-date': timestamp,
    'x-amz-content-sha256': sha256Hex(body),
    ...headers,
    host: new URL(url).host,
  };
  const names = Object.keys(all).toSorted();
  const [rawPath = '', query = ''] = path.split('?');
  const canonical = canonicalRequest(
    { method, path: rawPath, query, headers: Object.entries(all) },
    names,
    all['x-amz-content-sha256'] ?? '',
  );
  const shortDate = timestamp.slice(0, 8);
  const scope = `${shortDate}/${identity.region}/s3/aws4_request`;
  const signature = hmac(
    signingKeyOf(identity.secretAccessKey, shortDate, identity.region),
    ['AWS4-HMAC-SHA256', timestamp, scope, sha256Hex(canonical)].join('\n'),
  ).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${identity.accessKeyId}/${scope},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return { method, path, headers: { ...all, authorization }, body, signature, scope };
}
