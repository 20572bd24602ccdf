import { httpDate } from './dates.ts';
import { s3Error } from './errors.ts';
import type { Bucket, Version } from './records.ts';
import type { S3Request } from './request.ts';

/** The headers of an upload that S3 keeps and gives back. Throws `MetadataTooLarge` over 2 KiB of user metadata. */
export function keptHeaders(request: S3Request): Record<string, string> {
  const metadata = request.metadata();
  const size = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + name.length - 'x-amz-meta-'.length + Buffer.byteLength(value),
    0,
  );
  if (size > 2048) throw s3Error('MetadataTooLarge', { details: { Size: size, MaxSizeAllowed: 2048 } });
  const system = systemHeaders.flatMap((name) => {
    const value = name === 'content-encoding' ? contentEncoding(request) : request.header(name);
    return value ? [[name, value]] : [];
  });
  return { 'content-type': 'binary/octet-stream', ...Object.fromEntries(system), ...metadata };
}

/** What GET and HEAD say about a version beside its bytes. */
export function versionHeaders(
  version: Version,
  bucket: Bucket,
  request: S3Request,
): Record<string, string | undefined> {
  const overrides = systemHeaders.flatMap((name) => {
    const value = request.query.get(`response-${name}`);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...version.headers,
    ...Object.fromEntries(overrides),
    ...versionIdHeader(version, bucket),
    'accept-ranges': 'bytes',
    etag: `"${version.etag}"`,
    'last-modified': httpDate(Temporal.Instant.from(version.lastModified)),
  };
}

/** The stored checksum, when the client asks for it and gets the whole object. */
export function checksumHeaders({ checksum }: Version): Record<string, string> {
  if (!checksum) return {};
  return { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

export const versionIdHeader = (version: Version, bucket: Bucket): Record<string, string> =>
  bucket.versioning === '' ? {} : { 'x-amz-version-id': version.id };

const systemHeaders = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const;

// aws-chunked says how the body travelled, not what the object is; S3 takes it away.
function contentEncoding(request: S3Request): string | undefined {
  const codings = request.header('content-encoding')?.split(',') ?? [];
  return codings
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'aws-chunked')
    .join(',');
}
