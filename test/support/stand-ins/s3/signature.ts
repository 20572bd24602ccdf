import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalRequest, sha256Hex, type WireRequest } from './canonical.ts';
import { type Claim, readClaim } from './claim.ts';
import { instantOfAmzDate, xmlDate } from './dates.ts';
import { type S3ErrorCode, s3Error } from './errors.ts';

export type Identity = {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  /** `s3`, the default, or the service of another stand-in whose only path is `/`. */
  service?: string;
};

/** A proven signature, with what the chunks of a signed stream are signed with in turn. */
export type Proof = {
  presigned: boolean;
  payloadHash: string;
  timestamp: string;
  scope: string;
  signature: string;
  signingKey: Buffer;
};

/**
 * Verifies AWS Signature Version 4 in a header or a presigned URL, as S3 does it
 * ("Authenticating Requests (AWS Signature Version 4)", Amazon S3 API reference). Throws the `S3Error` S3 would answer with.
 */
export function authenticate(request: WireRequest, identity: Identity, now: Temporal.Instant): Proof {
  const claim = readClaim(request);
  checkCredential(claim, identity);
  checkSecurityToken(request);
  const signedAt = instantOfAmzDate(claim.timestamp);
  if (!signedAt)
    throw s3Error('AccessDenied', { message: 'AWS authentication requires a valid Date or x-amz-date header' });
  if (claim.source === 'header') checkSkew(claim, signedAt, now);
  else checkExpiry(claim, signedAt, now);
  checkSignedHeaders(request, claim);
  return checkSignature(request, claim, identity);
}

/** The key that signs for one day, region and service. */
export const signingKeyOf = (secretAccessKey: string, shortDate: string, region: string, service = 's3'): Buffer =>
  [shortDate, region, service, 'aws4_request'].reduce(
    (key: Buffer, part) => hmac(key, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  );

export const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();

export const sameSignature = (a: string, b: string) =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

function checkCredential(claim: Claim, identity: Identity) {
  const { service = 's3' } = identity;
  if (claim.service !== service)
    throw malformed(claim, `incorrect service "${claim.service}". This endpoint belongs to "${service}".`);
  if (claim.terminator !== 'aws4_request')
    throw malformed(claim, `incorrect terminal "${claim.terminator}". This endpoint uses "aws4_request".`);
  if (claim.region !== identity.region)
    throw malformed(claim, `the region '${claim.region}' is wrong; expecting '${identity.region}'`, identity.region);
  if (!claim.timestamp.startsWith(`${claim.shortDate}T`))
    throw malformed(
      claim,
      `incorrect date "${claim.shortDate}". This date is not the same as X-Amz-Date: "${claim.timestamp.slice(0, 8)}".`,
    );
  if (claim.accessKeyId !== identity.accessKeyId)
    throw s3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: claim.accessKeyId } });
}

function malformed(claim: Claim, reason: string, region?: string) {
  const code: S3ErrorCode =
    claim.source === 'header' ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError';
  const subject =
    claim.source === 'header'
      ? 'The authorization header is malformed'
      : 'Error parsing the X-Amz-Credential parameter';
  return s3Error(code, { message: `${subject}; ${reason}`, ...(region ? { details: { Region: region } } : {}) });
}

// The stand-in's keys are long-lived ones, which come without a session token; S3 refuses a token that does not belong to the key.
function checkSecurityToken(request: WireRequest) {
  const inHeader = request.headers.some(([name]) => name === 'x-amz-security-token');
  if (inHeader || /(^|&)X-Amz-Security-Token=/i.test(request.query)) throw s3Error('InvalidToken');
}

function checkSkew(claim: Claim, signedAt: Temporal.Instant, now: Temporal.Instant) {
  if (Math.abs(now.since(signedAt).total('milliseconds')) <= maximalSkewMs) return;
  throw s3Error('RequestTimeTooSkewed', {
    details: { RequestTime: claim.timestamp, ServerTime: xmlDate(now), MaxAllowedSkewMilliseconds: maximalSkewMs },
  });
}

function checkExpiry(claim: Claim, signedAt: Temporal.Instant, now: Temporal.Instant) {
  const seconds = Number(claim.expires);
  if (!Number.isInteger(seconds)) throw badExpiry('X-Amz-Expires should be a number');
  if (seconds < 0) throw badExpiry('X-Amz-Expires must be non-negative');
  if (seconds > 604_800)
    throw badExpiry(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  const times = { ServerTime: xmlDate(now), 'X-Amz-Expires': seconds };
  if (signedAt.since(now).total('milliseconds') > maximalSkewMs)
    throw s3Error('AccessDenied', {
      message: 'Request is not yet valid',
      details: { ...times, RequestTime: claim.timestamp },
    });
  const expires = signedAt.add({ seconds });
  if (Temporal.Instant.compare(now, expires) > 0)
    throw s3Error('AccessDenied', { message: 'Request has expired', details: { ...times, Expires: xmlDate(expires) } });
}

const badExpiry = (message: string) => s3Error('AuthorizationQueryParametersError', { message });

function checkSignedHeaders(request: WireRequest, claim: Claim) {
  const unsigned = request.headers
    .map(([name]) => name)
    .filter((name) => mustBeSigned(name) && !claim.signedHeaders.includes(name));
  if (claim.signedHeaders.includes('host') && unsigned.length === 0) return;
  const names = unsigned.length > 0 ? unsigned : ['host'];
  throw s3Error('AccessDenied', {
    message: 'There were headers present in the request which were not signed',
    details: { HeadersNotSigned: names.join(', ') },
  });
}

const mustBeSigned = (name: string) => name.startsWith('x-amz-');

function checkSignature(request: WireRequest, claim: Claim, identity: Identity): Proof {
  const scope = `${claim.shortDate}/${claim.region}/${claim.service}/aws4_request`;
  const canonical = canonicalRequest(request, claim.signedHeaders, claim.payloadHash);
  const stringToSign = ['AWS4-HMAC-SHA256', claim.timestamp, scope, sha256Hex(canonical)].join('\n');
  const signingKey = signingKeyOf(identity.secretAccessKey, claim.shortDate, claim.region, claim.service);
  const signature = hmac(signingKey, stringToSign).toString('hex');
  if (sameSignature(signature, claim.signature))
    return {
      presigned: claim.source === 'query',
      payloadHash: claim.payloadHash,
      timestamp: claim.timestamp,
      scope,
      signature,
      signingKey,
    };
  throw s3Error('SignatureDoesNotMatch', {
    details: {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: stringToSign,
      SignatureProvided: claim.signature,
      CanonicalRequest: canonical,
    },
  });
}

const maximalSkewMs = 15 * 60 * 1000;
