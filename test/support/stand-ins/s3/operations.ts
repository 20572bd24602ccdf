import { notImplemented, s3Error } from './errors.ts';

/** The operations of the S3 API that the stand-in knows, by the names of the SDK's commands. */
export type Operation = (typeof rules)[number]['operation'];

/** Which operation a method on a bucket or an object is, told apart by the query as S3 does. */
export function operationOf(method: string, scope: 'bucket' | 'object', query: ReadonlyMap<string, string>): Operation {
  const names = [...query.keys()].filter((name) => !isCommon(name));
  const candidates = rules.filter((rule) => rule.method === method && rule.scope === scope);
  if (candidates.length === 0) throw s3Error('MethodNotAllowed', { details: { Method: method, ResourceType: scope } });
  const rule = candidates.find(({ needs }) => needs.every((name) => query.has(name)));
  if (!rule) throw notImplemented(names.join(', ') || `${method} ${scope}`);
  const known: readonly string[] = [...rule.needs, ...rule.allows];
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) throw notImplemented(strange);
  return rule.operation;
}

const isCommon = (name: string) => name === 'x-id' || name.toLowerCase().startsWith('x-amz-');

const listing = ['prefix', 'delimiter', 'encoding-type'] as const;
const overrides = [
  'response-content-type',
  'response-content-language',
  'response-expires',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
] as const;

// The first rule whose needed parameters are all there decides, so the more particular ones come first.
const rules = [
  { operation: 'GetBucketVersioning', method: 'GET', scope: 'bucket', needs: ['versioning'], allows: [] },
  {
    operation: 'ListObjectVersions',
    method: 'GET',
    scope: 'bucket',
    needs: ['versions'],
    allows: [...listing, 'key-marker', 'version-id-marker', 'max-keys'],
  },
  {
    operation: 'ListMultipartUploads',
    method: 'GET',
    scope: 'bucket',
    needs: ['uploads'],
    allows: [...listing, 'key-marker', 'upload-id-marker', 'max-uploads'],
  },
  {
    operation: 'ListObjectsV2',
    method: 'GET',
    scope: 'bucket',
    needs: ['list-type'],
    allows: [...listing, 'max-keys', 'continuation-token', 'start-after', 'fetch-owner'],
  },
  { operation: 'HeadBucket', method: 'HEAD', scope: 'bucket', needs: [], allows: [] },
  { operation: 'PutBucketVersioning', method: 'PUT', scope: 'bucket', needs: ['versioning'], allows: [] },
  { operation: 'CreateBucket', method: 'PUT', scope: 'bucket', needs: [], allows: [] },
  { operation: 'DeleteObjects', method: 'POST', scope: 'bucket', needs: ['delete'], allows: [] },
  {
    operation: 'ListParts',
    method: 'GET',
    scope: 'object',
    needs: ['uploadId'],
    allows: ['part-number-marker', 'max-parts'],
  },
  { operation: 'GetObject', method: 'GET', scope: 'object', needs: [], allows: ['versionId', ...overrides] },
  { operation: 'HeadObject', method: 'HEAD', scope: 'object', needs: [], allows: ['versionId', ...overrides] },
  { operation: 'UploadPart', method: 'PUT', scope: 'object', needs: ['uploadId', 'partNumber'], allows: [] },
  { operation: 'PutObject', method: 'PUT', scope: 'object', needs: [], allows: [] },
  { operation: 'CreateMultipartUpload', method: 'POST', scope: 'object', needs: ['uploads'], allows: [] },
  { operation: 'CompleteMultipartUpload', method: 'POST', scope: 'object', needs: ['uploadId'], allows: [] },
  { operation: 'AbortMultipartUpload', method: 'DELETE', scope: 'object', needs: ['uploadId'], allows: [] },
  { operation: 'DeleteObject', method: 'DELETE', scope: 'object', needs: [], allows: ['versionId'] },
] as const;
