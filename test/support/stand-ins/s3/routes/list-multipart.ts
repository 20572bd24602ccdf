import { type Answer, type Route, xmlAnswer } from '../answer.ts';
import { xmlDate } from '../dates.ts';
import { compareKeys, invalid, limitOf, listingParameters, pageOf } from '../paging.ts';
import type { Part, Upload } from '../records.ts';
import { s3Namespace, xmlDocument } from '../xml.ts';
import { uploadOf } from './multipart.ts';

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
