import { type ChecksumAlgorithm, checksumAlgorithms, checksumLength, isChecksumAlgorithm } from './checksums.ts';
import { s3Error } from './errors.ts';
import type { S3Request } from './request.ts';

/** A checksum the client promised: its value in a header, or, when `value` is missing, in a trailer after the body. */
export type DeclaredChecksum = { algorithm: ChecksumAlgorithm; value: string | undefined };

/** The one `x-amz-checksum-*` of a request, in a header or announced in `x-amz-trailer`. */
export function declaredChecksum(request: S3Request): DeclaredChecksum | undefined {
  const inHeaders = checksumAlgorithms.filter(
    (algorithm) => request.header(`x-amz-checksum-${algorithm}`) !== undefined,
  );
  if (inHeaders.length > 1) throw s3Error('InvalidRequest', { message: onlyOne });
  const trailer = trailerAlgorithm(request);
  const algorithm = inHeaders[0] ?? trailer;
  const announced = request.header('x-amz-sdk-checksum-algorithm')?.toLowerCase();
  if (!algorithm) {
    if (announced) throw s3Error('InvalidRequest', { message: announcedOnly });
    return undefined;
  }
  if (announced && announced !== algorithm)
    throw s3Error('InvalidRequest', { message: 'Value for x-amz-sdk-checksum-algorithm header is invalid.' });
  const value = request.header(`x-amz-checksum-${algorithm}`);
  if (value !== undefined && !isBase64Of(value, checksumLength[algorithm]))
    throw s3Error('InvalidRequest', { message: `Value for x-amz-checksum-${algorithm} header is invalid.` });
  return { algorithm, value };
}

/** `Content-MD5` in hex. */
export function declaredMd5(request: S3Request): string | undefined {
  const value = request.header('content-md5');
  if (value === undefined) return undefined;
  if (!isBase64Of(value, 16)) throw s3Error('InvalidDigest', { details: { 'Content-MD5': value } });
  return Buffer.from(value, 'base64').toString('hex');
}

function trailerAlgorithm(request: S3Request): ChecksumAlgorithm | undefined {
  const name = request.header('x-amz-trailer')?.toLowerCase();
  if (name === undefined) return undefined;
  const algorithm = name.replace(/^x-amz-checksum-/, '');
  if (!isChecksumAlgorithm(algorithm) || algorithm === name)
    throw s3Error('InvalidRequest', { message: 'The value specified in the x-amz-trailer header is not supported' });
  return algorithm;
}

const isBase64Of = (text: string, bytes: number) => {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
};

const onlyOne = 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.';
const announcedOnly =
  'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.';
