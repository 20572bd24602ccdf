import { type Answer, type Context, type Route, xmlAnswer } from '../answer.ts';
import { isChecksumAlgorithm } from '../checksums.ts';
import { xmlDate } from '../dates.ts';
import { notImplemented, s3Error } from '../errors.ts';
import { keptHeaders } from '../object-headers.ts';
import { compareKeys, invalid, limitOf, listingParameters, pageOf } from '../paging.ts';
import type { Part, Upload } from '../records.ts';
import type { S3Request } from '../request.ts';
import { s3Namespace, xmlDocument } from '../xml.ts';
import { receiveBlob } from './put-object.ts';

export const createMultipartUpload: Route = async (request, { store, clock }): Promise<Answer> => {
  store.buckets.named(request.bucket);
  if (request.header('x-amz-checksum-type')?.toUpperCase() === 'FULL_OBJECT')
    throw notImplemented('x-amz-checksum-type');
  const algorithm = request.header('x-amz-checksum-algorithm')?.toLowerCase();
  if (algorithm !== undefined && !isChecksumAlgorithm(algorithm))
    throw s3Error('InvalidRequest', { message: 'Checksum algorithm provided is unsupported.' });
  const upload = await store.uploads.begin({
    bucket: request.bucket,
    key: request.key,
    initiated: clock.now().toString(),
    headers: keptHeaders(request),
    ...(algorithm ? { algorithm } : {}),
  });
  const result = { Bucket: request.bucket, Key: request.key, UploadId: upload.id };
  return xmlAnswer(xmlDocument('InitiateMultipartUploadResult', result, s3Namespace), {
    'x-amz-checksum-algorithm': algorithm?.toUpperCase(),
    'x-amz-checksum-type': algorithm && 'COMPOSITE',
  });
};

export const uploadPart: Route = async (request, context): Promise<Answer> => {
  const { store, clock } = context;
  const upload = uploadOf(request, context);
  const number = partNumberOf(request);
  const { blob, body } = await receiveBlob(request, context);
  try {
    if (upload.algorithm !== undefined && body.checksum?.algorithm !== upload.algorithm)
      throw s3Error('InvalidRequest', {
        message: `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm}, actual checksum Type: ${body.checksum?.algorithm ?? 'null'}`,
      });
    await store.uploads.addPart(request.bucket, request.key, {
      uploadId: upload.id,
      number,
      size: body.size,
      etag: body.md5,
      blob,
      lastModified: clock.now().toString(),
      ...(body.checksum ? { checksum: body.checksum } : {}),
    });
  } catch (error) {
    await store.blobs.delete(blob);
    throw error;
  }
  const checksum = body.checksum && { [`x-amz-checksum-${body.checksum.algorithm}`]: body.checksum.value };
  return { status: 200, headers: { etag: `"${body.md5}"`, ...checksum } };
};

export const abortMultipartUpload: Route = async (request, context): Promise<Answer> => {
  await context.store.uploads.end(uploadOf(request, context), new Set());
  return { status: 204 };
};

export const listParts: Route = async (request, context): Promise<Answer> => {
  const upload = uploadOf(request, context);
  const marker = Number(request.query.get('part-number-marker') ?? 0);
  if (!Number.isInteger(marker)) throw invalid('part-number-marker', String(marker), 'Invalid part-number-marker');
  const limit = limitOf(request, 'max-parts');
  const after = context.store.uploads.parts(upload.id).filter(({ number }) => number > marker);
  const page = after.slice(0, limit);
  return xmlAnswer(
    xmlDocument(
      'ListPartsResult',
      {
        Bucket: upload.bucket,
        Key: upload.key,
        UploadId: upload.id,
        PartNumberMarker: marker,
        NextPartNumberMarker: page.at(-1)?.number ?? 0,
        MaxParts: limit,
        IsTruncated: after.length > page.length,
        Part: page.map(partRow),
        StorageClass: 'STANDARD',
      },
      s3Namespace,
    ),
  );
};

export const listMultipartUploads: Route = async (request, { store }): Promise<Answer> => {
  store.buckets.named(request.bucket);
  const parameters = listingParameters(request, 'max-uploads');
  const { prefix, delimiter, encodeKey } = parameters;
  const [keyMarker, idMarker] = [request.query.get('key-marker') ?? '', request.query.get('upload-id-marker') ?? ''];
  const entries = store.uploads.inOrder(request.bucket, prefix);
  const markerAt = entries.findIndex(({ id }) => id === idMarker);
  const { rows, truncated } = pageOf(entries, {
    ...parameters,
    isPast: (upload) => {
      const order = compareKeys(upload.key, keyMarker);
      return order < 0 || (order === 0 && (idMarker === '' || entries.indexOf(upload) <= markerAt));
    },
    markerPrefix: delimiter !== '' && keyMarker.endsWith(delimiter) ? keyMarker : '',
  });
  const last = truncated ? rows.at(-1) : undefined;
  return xmlAnswer(
    xmlDocument(
      'ListMultipartUploadsResult',
      {
        Bucket: request.bucket,
        Prefix: encodeKey(prefix),
        KeyMarker: encodeKey(keyMarker),
        UploadIdMarker: idMarker,
        NextKeyMarker: last && encodeKey(last.kind === 'entry' ? last.entry.key : last.prefix),
        NextUploadIdMarker: last?.kind === 'entry' ? last.entry.id : undefined,
        MaxUploads: parameters.limit,
        IsTruncated: truncated,
        Upload: rows.flatMap((row) => (row.kind === 'entry' ? [uploadRow(row.entry, encodeKey)] : [])),
        CommonPrefixes: rows.flatMap((row) => (row.kind === 'prefix' ? [{ Prefix: encodeKey(row.prefix) }] : [])),
      },
      s3Namespace,
    ),
  );
};

/** The upload a request names. Throws `NoSuchUpload`. */
export function uploadOf(request: S3Request, { store }: Context): Upload {
  store.buckets.named(request.bucket);
  return store.uploads.named(request.bucket, request.key, request.query.get('uploadId') ?? '');
}

function partNumberOf(request: S3Request): number {
  const text = request.query.get('partNumber') ?? '';
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= 10_000) return number;
  throw invalid('partNumber', text, 'Part number must be an integer between 1 and 10000, inclusive');
}

const partRow = ({ number, lastModified, etag, size }: Part) => ({
  PartNumber: number,
  LastModified: xmlDate(Temporal.Instant.from(lastModified)),
  ETag: `"${etag}"`,
  Size: size,
});

const uploadRow = ({ key, id, initiated }: Upload, encodeKey: (key: string) => string) => ({
  Key: encodeKey(key),
  UploadId: id,
  Initiated: xmlDate(Temporal.Instant.from(initiated)),
  StorageClass: 'STANDARD',
});
