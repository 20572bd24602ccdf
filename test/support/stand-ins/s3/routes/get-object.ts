import type { Answer, Context, Route } from '../answer.ts';
import { httpDate } from '../dates.ts';
import { s3Error } from '../errors.ts';
import { checksumHeaders, versionHeaders, versionIdHeader } from '../object-headers.ts';
import { readVerdict } from '../preconditions.ts';
import { requestedRange } from '../range.ts';
import type { Version } from '../records.ts';
import type { S3Request } from '../request.ts';
import type { Store } from '../store.ts';
import { sequenceOfVersionId } from '../version-ids.ts';

/** GetObject, and HeadObject, which is the same without the bytes. */
export const getObject: Route = async (request, context): Promise<Answer> => {
  const { store } = context;
  const bucket = store.buckets.named(request.bucket);
  const version = wantedVersion(request, context);
  const headers = versionHeaders(version, bucket, request);
  if (readVerdict(request, version) === 'not-modified') return { status: 304, headers };

  const range = requestedRange(request.header('range'), version.size);
  const { start, end } = range ?? { start: 0, end: version.size };
  const wholeAndAsked = !range && request.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      ...(wholeAndAsked ? checksumHeaders(version) : {}),
      'content-length': String(end - start),
      'content-range': range && `bytes ${start}-${end - 1}/${version.size}`,
    },
    bytes: bytesOf(store, version, start, end),
  };
};

/** The bytes `[start, end)` of a version, across the parts it was uploaded in. */
export async function* bytesOf(store: Store, version: Version, start: number, end: number): AsyncGenerator<Buffer> {
  let at = 0;
  for (const { blob, size } of version.segments) {
    const [from, to] = [Math.max(0, start - at), Math.min(size, end - at)];
    if (from < to) yield* store.blobs.read(blob, from, to);
    at += size;
  }
}

function wantedVersion(request: S3Request, { store }: Context): Version {
  const bucket = store.buckets.named(request.bucket);
  const versions = store.versions.of(request.bucket, request.key);
  const id = request.query.get('versionId');
  if (id !== undefined) {
    sequenceOfVersionId(id);
    const version = versions.find((candidate) => candidate.id === id);
    if (!version) throw s3Error('NoSuchVersion', { details: { Key: request.key, VersionId: id } });
    if (version.deleteMarker) throw markerByVersion(version);
    return version;
  }
  const latest = versions[0];
  if (latest && !latest.deleteMarker) return latest;
  const headers = latest ? { 'x-amz-delete-marker': 'true', ...versionIdHeader(latest, bucket) } : {};
  throw s3Error('NoSuchKey', { details: { Key: request.key }, headers });
}

const markerByVersion = (marker: Version) =>
  s3Error('MethodNotAllowed', {
    details: { Method: 'GET', ResourceType: 'DeleteMarker' },
    headers: {
      allow: 'DELETE',
      'x-amz-delete-marker': 'true',
      'x-amz-version-id': marker.id,
      'last-modified': httpDate(Temporal.Instant.from(marker.lastModified)),
    },
  });
