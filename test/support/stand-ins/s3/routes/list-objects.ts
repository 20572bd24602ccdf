import { type Answer, type Route, xmlAnswer } from '../answer.ts';
import { xmlDate } from '../dates.ts';
import { compareKeys, invalid, listingParameters, pageOf } from '../paging.ts';
import type { Version } from '../records.ts';
import { s3Namespace, xmlDocument } from '../xml.ts';

export const listObjectsV2: Route = async (request, { store }): Promise<Answer> => {
  store.buckets.named(request.bucket);
  if (request.query.get('list-type') !== '2')
    throw invalid('list-type', request.query.get('list-type') ?? '', 'Invalid list type');
  const parameters = listingParameters(request, 'max-keys');
  const { prefix, delimiter, encodeKey } = parameters;
  const token = request.query.get('continuation-token');
  const startAfter = request.query.get('start-after') ?? '';
  const marker = token === undefined ? startAfter : Buffer.from(token, 'base64url').toString();
  const present = store.versions
    .inOrder(request.bucket, prefix)
    .filter(latestOfEach)
    .filter(({ deleteMarker }) => !deleteMarker);
  const { rows, truncated } = pageOf(present, {
    ...parameters,
    isPast: ({ key }) => compareKeys(key, marker) <= 0,
    markerPrefix: delimiter !== '' && marker.endsWith(delimiter) ? marker : '',
  });
  const last = rows.at(-1);
  const next = last && (last.kind === 'entry' ? last.entry.key : last.prefix);
  return xmlAnswer(
    xmlDocument(
      'ListBucketResult',
      {
        Name: request.bucket,
        Prefix: encodeKey(prefix),
        Delimiter: delimiter === '' ? undefined : encodeKey(delimiter),
        StartAfter: startAfter === '' ? undefined : encodeKey(startAfter),
        MaxKeys: parameters.limit,
        EncodingType: parameters.encodingType,
        KeyCount: rows.length,
        IsTruncated: truncated,
        ContinuationToken: token,
        NextContinuationToken: truncated && next !== undefined ? Buffer.from(next).toString('base64url') : undefined,
        Contents: rows.flatMap((row) => (row.kind === 'entry' ? [contents(row.entry, encodeKey)] : [])),
        CommonPrefixes: rows.flatMap((row) => (row.kind === 'prefix' ? [{ Prefix: encodeKey(row.prefix) }] : [])),
      },
      s3Namespace,
    ),
  );
};

// Versions come newest first within a key.
const latestOfEach = (version: Version, at: number, all: readonly Version[]) => all[at - 1]?.key !== version.key;

const contents = (version: Version, encodeKey: (key: string) => string) => ({
  Key: encodeKey(version.key),
  LastModified: xmlDate(Temporal.Instant.from(version.lastModified)),
  ETag: `"${version.etag}"`,
  Size: version.size,
  StorageClass: 'STANDARD',
});
