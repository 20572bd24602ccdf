import { type Answer, type Route, xmlAnswer } from '../answer.ts';
import { xmlDate } from '../dates.ts';
import { compareKeys, invalid, listingParameters, pageOf } from '../paging.ts';
import type { Version } from '../records.ts';
import { sequenceOfVersionId } from '../version-ids.ts';
import { s3Namespace, xmlDocument } from '../xml.ts';

/** Versions and delete markers, keys ascending and newest first within a key. */
export const listObjectVersions: Route = async (request, { store }): Promise<Answer> => {
  store.buckets.named(request.bucket);
  const parameters = listingParameters(request, 'max-keys');
  const { prefix, delimiter, encodeKey } = parameters;
  const [keyMarker, idMarker] = [request.query.get('key-marker') ?? '', request.query.get('version-id-marker') ?? ''];
  if (idMarker !== '' && keyMarker === '')
    throw invalid('version-id-marker', idMarker, 'A version-id marker cannot be specified without a key marker.');
  const entries = store.versions.inOrder(request.bucket, prefix);
  const markerSequence =
    idMarker === '' ? undefined : (sequenceOfVersionId(idMarker) ?? nullSequence(entries, keyMarker));
  const { rows, truncated } = pageOf(entries, {
    ...parameters,
    isPast: ({ key, sequence }) => {
      const order = compareKeys(key, keyMarker);
      return order < 0 || (order === 0 && (markerSequence === undefined || sequence >= markerSequence));
    },
    markerPrefix: delimiter !== '' && keyMarker.endsWith(delimiter) ? keyMarker : '',
  });
  const versions = rows.flatMap((row) => (row.kind === 'entry' ? [row.entry] : []));
  const last = truncated ? rows.at(-1) : undefined;
  const isLatest = (version: Version) => store.versions.of(request.bucket, version.key)[0] === version;
  return xmlAnswer(
    xmlDocument(
      'ListVersionsResult',
      {
        Name: request.bucket,
        Prefix: encodeKey(prefix),
        KeyMarker: encodeKey(keyMarker),
        VersionIdMarker: idMarker,
        NextKeyMarker: last && encodeKey(last.kind === 'entry' ? last.entry.key : last.prefix),
        NextVersionIdMarker: last?.kind === 'entry' ? last.entry.id : undefined,
        MaxKeys: parameters.limit,
        Delimiter: delimiter === '' ? undefined : encodeKey(delimiter),
        EncodingType: parameters.encodingType,
        IsTruncated: truncated,
        Version: versions
          .filter(({ deleteMarker }) => !deleteMarker)
          .map((version) => ({
            ...common(version),
            ETag: `"${version.etag}"`,
            Size: version.size,
            StorageClass: 'STANDARD',
          })),
        DeleteMarker: versions.filter(({ deleteMarker }) => deleteMarker).map(common),
        CommonPrefixes: rows.flatMap((row) => (row.kind === 'prefix' ? [{ Prefix: encodeKey(row.prefix) }] : [])),
      },
      s3Namespace,
    ),
  );

  function common(version: Version) {
    return {
      Key: encodeKey(version.key),
      VersionId: version.id,
      IsLatest: isLatest(version),
      LastModified: xmlDate(Temporal.Instant.from(version.lastModified)),
    };
  }
};

const nullSequence = (entries: readonly Version[], key: string) =>
  entries.find((version) => version.key === key && version.id === 'null')?.sequence;
