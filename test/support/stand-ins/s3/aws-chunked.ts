import { createHash } from 'node:crypto';
import { sha256Hex } from './canonical.ts';
import { s3Error } from './errors.ts';
import { hmac, type Proof, sameSignature } from './signature.ts';

export type ChunkedOptions = {
  /** Present when every chunk carries a signature that continues the request's own. */
  signedBy: Proof | undefined;
  /** Whether trailing headers follow the last chunk. */
  trailer: boolean;
};

/**
 * Decodes an `aws-chunked` body ("Transferring payload in multiple chunks", Amazon S3 API reference): yields the payload and
 * returns the trailing headers. Chunk signatures are verified before the bytes that follow them are read.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  { signedBy, trailer }: ChunkedOptions,
): AsyncGenerator<Buffer, Map<string, string>> {
  const reader = byteReader(source);
  const chain = signedBy && signatureChain(signedBy);
  let previousSize = Number.POSITIVE_INFINITY;
  for (;;) {
    const { size, signature } = chunkHeader(await reader.line());
    if (size > 0 && previousSize < smallestInnerChunk)
      throw s3Error('InvalidChunkSizeError', { details: { BadChunkSize: previousSize } });
    const digest = createHash('sha256');
    for await (const bytes of reader.exactly(size)) {
      digest.update(bytes);
      yield bytes;
    }
    chain?.chunk(digest.digest('hex'), signature);
    if (size === 0) break;
    if ((await reader.line()) !== '')
      throw s3Error('IncompleteBody', { message: 'A chunk is not followed by a line break' });
    previousSize = size;
  }
  const trailers = await readTrailers(reader);
  if (trailer) chain?.trailer(trailers);
  else if (trailers.size > 0) throw s3Error('MalformedTrailerError');
  return trailers;
}

const smallestInnerChunk = 8192;

function chunkHeader(line: string): { size: number; signature: string | undefined } {
  const match = /^([0-9a-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line);
  if (!match?.[1]) throw s3Error('IncompleteBody', { message: 'The request body is not aws-chunked' });
  return { size: Number.parseInt(match[1], 16), signature: match[2] };
}

async function readTrailers(reader: ByteReader): Promise<Map<string, string>> {
  const trailers = new Map<string, string>();
  for (;;) {
    const line = await reader.line();
    if (line === '') return trailers;
    const at = line.indexOf(':');
    if (at < 1 || trailers.size >= 20) throw s3Error('MalformedTrailerError');
    trailers.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
  }
}

/** Each signature covers the one before it, beginning with the request's, so that no chunk can be left out, moved or added. */
function signatureChain(proof: Proof) {
  let previous = proof.signature;
  const verify = (algorithm: string, content: readonly string[], given: string | undefined) => {
    const text = [algorithm, proof.timestamp, proof.scope, previous, ...content].join('\n');
    previous = hmac(proof.signingKey, text).toString('hex');
    if (!given || !sameSignature(previous, given)) throw s3Error('SignatureDoesNotMatch');
  };
  return {
    chunk: (digest: string, given: string | undefined) =>
      verify('AWS4-HMAC-SHA256-PAYLOAD', [sha256Hex(''), digest], given),
    trailer: (trailers: ReadonlyMap<string, string>) => {
      const signed = [...trailers]
        .filter(([name]) => name !== signatureTrailer)
        .map(([name, value]) => `${name}:${value}\n`);
      verify('AWS4-HMAC-SHA256-TRAILER', [sha256Hex(signed.join(''))], trailers.get(signatureTrailer));
    },
  };
}

const signatureTrailer = 'x-amz-trailer-signature';

type ByteReader = ReturnType<typeof byteReader>;

function byteReader(source: AsyncIterable<Buffer>) {
  const iterator = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async () => {
    const next = await iterator.next();
    if (next.done) throw s3Error('IncompleteBody', { message: 'The request body terminated unexpectedly' });
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
  };
  return {
    /** Up to the next CRLF, which is taken too. */
    async line(): Promise<string> {
      let at = rest.indexOf('\r\n');
      while (at < 0) {
        if (rest.length > longestLine)
          throw s3Error('IncompleteBody', { message: 'The request body is not aws-chunked' });
        await more();
        at = rest.indexOf('\r\n');
      }
      const text = rest.toString('latin1', 0, at);
      rest = rest.subarray(at + 2);
      return text;
    },
    async *exactly(count: number): AsyncGenerator<Buffer> {
      for (let left = count; left > 0; ) {
        if (rest.length === 0) await more();
        const part = rest.subarray(0, left);
        rest = rest.subarray(part.length);
        left -= part.length;
        yield part;
      }
    },
  };
}

const longestLine = 4096;
