import { queryPairs, type WireRequest } from './canonical.ts';
import { s3Error } from './errors.ts';

/** What a request says about who signed it, when and what; nothing of it is believed yet. */
export type Claim = {
  source: 'header' | 'query';
  accessKeyId: string;
  shortDate: string;
  region: string;
  service: string;
  terminator: string;
  /** `20130524T000000Z` */
  timestamp: string;
  signedHeaders: string[];
  signature: string;
  /** Of a presigned URL, as text. */
  expires: string | undefined;
  payloadHash: string;
};

/** Reads the one claim a request may carry: an `Authorization` header or the query of a presigned URL. */
export function readClaim(request: WireRequest): Claim {
  const query = new Map(queryPairs(request.query));
  const authorization = headerOf(request, 'authorization');
  const inQuery = [...query.keys()].some((name) => claimParameters.includes(name));
  if (authorization !== undefined && inQuery) throw s3Error('InvalidArgument', { message: oneMechanism });
  if (inQuery) return queryClaim(request, query);
  if (authorization === undefined) throw s3Error('AccessDenied');
  return headerClaim(request, authorization);
}

function headerClaim(request: WireRequest, authorization: string): Claim {
  const match = /^AWS4-HMAC-SHA256 +Credential=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/.exec(
    authorization,
  );
  if (!match) throw s3Error('AuthorizationHeaderMalformed');
  const [, credential = '', signedHeaders = '', signature = ''] = match;
  const timestamp = headerOf(request, 'x-amz-date');
  if (!timestamp) throw s3Error('AccessDenied', { message: needsDate });
  const payloadHash = headerOf(request, 'x-amz-content-sha256');
  if (!payloadHash) throw s3Error('InvalidRequest', { message: needsPayloadHash });
  const scope = credentialParts(credential);
  if (!scope) throw s3Error('AuthorizationHeaderMalformed');
  return {
    source: 'header',
    ...scope,
    timestamp,
    signedHeaders: signedHeaders.split(';'),
    signature,
    expires: undefined,
    payloadHash,
  };
}

function queryClaim(request: WireRequest, query: ReadonlyMap<string, string>): Claim {
  const [algorithm, credential, signature, timestamp, signedHeaders, expires] = claimParameters.map((name) =>
    query.get(name),
  );
  if (!algorithm || !credential || !signature || !timestamp || !signedHeaders || !expires)
    throw s3Error('AuthorizationQueryParametersError', { message: needsParameters });
  if (algorithm !== 'AWS4-HMAC-SHA256')
    throw s3Error('AuthorizationQueryParametersError', { message: 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"' });
  const scope = credentialParts(credential);
  if (!scope) throw s3Error('AuthorizationQueryParametersError', { message: malformedCredential });
  return {
    source: 'query',
    ...scope,
    timestamp,
    signedHeaders: signedHeaders.split(';'),
    signature,
    expires,
    payloadHash: headerOf(request, 'x-amz-content-sha256') ?? query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD',
  };
}

function credentialParts(credential: string) {
  const [accessKeyId, shortDate, region, service, terminator, ...rest] = credential.split('/');
  if (!accessKeyId || !shortDate || !region || !service || !terminator || rest.length > 0) return undefined;
  return { accessKeyId, shortDate, region, service, terminator };
}

const headerOf = (request: WireRequest, name: string) => request.headers.find(([candidate]) => candidate === name)?.[1];

const claimParameters = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
];
const oneMechanism =
  'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified';
const needsDate = 'AWS authentication requires a valid Date or x-amz-date header';
const needsPayloadHash = 'Missing required header for this request: x-amz-content-sha256';
const needsParameters =
  'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.';
const malformedCredential =
  'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';
