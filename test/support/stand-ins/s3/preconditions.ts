import { instantOfHttpDate } from './dates.ts';
import { notImplemented, s3Error } from './errors.ts';
import type { Version } from './records.ts';
import type { S3Request } from './request.ts';
import type { WriteCondition } from './versions.ts';

/** What a PUT or a completed multipart upload demands of what is there. */
export function writeCondition(request: S3Request): WriteCondition {
  const [ifNoneMatch, ifMatch] = [request.header('if-none-match'), request.header('if-match')];
  if (ifNoneMatch !== undefined && ifMatch !== undefined) throw notImplemented('If-Match together with If-None-Match');
  if (ifMatch !== undefined) return { kind: 'etag', etag: unquoted(ifMatch) };
  if (ifNoneMatch === undefined) return undefined;
  if (ifNoneMatch !== '*') throw notImplemented('If-None-Match');
  return { kind: 'absent' };
}

/**
 * Whether a GET or HEAD may answer with the object. An ETag condition outweighs the date condition beside it (RFC 9110 §13.2.2).
 * Throws `PreconditionFailed`.
 */
export function readVerdict(request: S3Request, version: Version): 'send' | 'not-modified' {
  const modified = Temporal.Instant.from(version.lastModified).round({ smallestUnit: 'second', roundingMode: 'floor' });
  const [ifMatch, ifNoneMatch] = [request.header('if-match'), request.header('if-none-match')];
  const [unmodifiedSince, modifiedSince] = ['if-unmodified-since', 'if-modified-since'].map((name) =>
    instantOfHttpDate(request.header(name) ?? ''),
  );
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, version.etag)) throw s3Error('PreconditionFailed', { details: { Condition: 'If-Match' } });
  } else if (unmodifiedSince && Temporal.Instant.compare(modified, unmodifiedSince) > 0) {
    throw s3Error('PreconditionFailed', { details: { Condition: 'If-Unmodified-Since' } });
  }
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, version.etag) ? 'not-modified' : 'send';
  return modifiedSince && Temporal.Instant.compare(modified, modifiedSince) <= 0 ? 'not-modified' : 'send';
}

export const unquoted = (etag: string) => etag.trim().replace(/^"(.*)"$/, '$1');

const matches = (condition: string, etag: string) =>
  condition.trim() === '*' || condition.split(',').some((candidate) => unquoted(candidate) === etag);
