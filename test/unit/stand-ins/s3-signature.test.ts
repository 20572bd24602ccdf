import { describe, expect, it } from '@jest/globals';
import type { WireRequest } from '../../support/stand-ins/s3/canonical.ts';
import { S3Error } from '../../support/stand-ins/s3/errors.ts';
import { authenticate } from '../../support/stand-ins/s3/signature.ts';

// The worked examples of "Signature Calculations for the Authorization Header" and "Authenticating Requests: Using Query
// Parameters" in the Amazon S3 API reference.
const identity = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const now = Temporal.Instant.from('2013-05-24T00:00:00Z');
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const authorization = (signedHeaders: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`;

const getWithRange: WireRequest = {
  method: 'GET',
  path: '/test.txt',
  query: '',
  headers: [
    ['host', 'examplebucket.s3.amazonaws.com'],
    ['range', 'bytes=0-9'],
    ['x-amz-content-sha256', emptyHash],
    ['x-amz-date', '20130524T000000Z'],
    [
      'authorization',
      authorization(
        'host;range;x-amz-content-sha256;x-amz-date',
        'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      ),
    ],
  ],
};

const presigned: WireRequest = {
  method: 'GET',
  path: '/test.txt',
  query: [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    'X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request',
    'X-Amz-Date=20130524T000000Z',
    'X-Amz-Expires=86400',
    'X-Amz-SignedHeaders=host',
    'X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  ].join('&'),
  headers: [['host', 'examplebucket.s3.amazonaws.com']],
};

const verdict = (request: WireRequest, at = now): string => {
  try {
    authenticate(request, identity, at);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return `${error.status} ${error.code}: ${error.message}`;
  }
};

const withHeader = (request: WireRequest, name: string, value: string | undefined): WireRequest => ({
  ...request,
  headers: [
    ...request.headers.filter(([other]) => other !== name),
    ...(value === undefined ? [] : [[name, value] as const]),
  ],
});

const withQuery = (request: WireRequest, from: string, to: string): WireRequest => ({
  ...request,
  query: request.query.replace(from, to),
});

describe('a signature in the Authorization header', () => {
  it('is accepted for the GET with a range in the S3 reference', () => {
    expect(verdict(getWithRange)).toBe('accepted');
  });

  it('is accepted for the PUT with an encoded key in the S3 reference', () => {
    const put: WireRequest = {
      method: 'PUT',
      path: '/test%24file.text',
      query: '',
      headers: [
        ['host', 'examplebucket.s3.amazonaws.com'],
        ['date', 'Fri, 24 May 2013 00:00:00 GMT'],
        ['x-amz-date', '20130524T000000Z'],
        ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
        ['x-amz-content-sha256', '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072'],
        [
          'authorization',
          authorization(
            'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
            '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
          ),
        ],
      ],
    };
    expect(verdict(put)).toBe('accepted');
  });

  it('is accepted for a list with parameters in the S3 reference', () => {
    const list: WireRequest = {
      method: 'GET',
      path: '/',
      query: 'max-keys=2&prefix=J',
      headers: [
        ['host', 'examplebucket.s3.amazonaws.com'],
        ['x-amz-content-sha256', emptyHash],
        ['x-amz-date', '20130524T000000Z'],
        [
          'authorization',
          authorization(
            'host;x-amz-content-sha256;x-amz-date',
            '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
          ),
        ],
      ],
    };
    expect(verdict(list)).toBe('accepted');
    expect(verdict({ ...list, query: 'prefix=J&max-keys=2' })).toBe('accepted');
    expect(verdict({ ...list, query: 'max-keys=3&prefix=J' })).toMatch(/^403 SignatureDoesNotMatch/);
  });

  it.each([
    ['another method', { ...getWithRange, method: 'DELETE' }],
    ['another key', { ...getWithRange, path: '/test2.txt' }],
    ['another range', withHeader(getWithRange, 'range', 'bytes=0-99')],
    ['another host', withHeader(getWithRange, 'host', 'other.s3.amazonaws.com')],
  ])('is refused on %s', (_, request) => {
    expect(verdict(request)).toMatch(/^403 SignatureDoesNotMatch/);
  });

  it('is refused 15 minutes after it was made, and 15 minutes before', () => {
    expect(verdict(getWithRange, now.add({ minutes: 15 }))).toBe('accepted');
    expect(verdict(getWithRange, now.add({ minutes: 15, seconds: 1 }))).toMatch(/^403 RequestTimeTooSkewed/);
    expect(verdict(getWithRange, now.subtract({ minutes: 15, seconds: 1 }))).toMatch(/^403 RequestTimeTooSkewed/);
  });

  it('must cover every x-amz header', () => {
    expect(verdict(withHeader(getWithRange, 'x-amz-meta-owner', 'mallory'))).toBe(
      '403 AccessDenied: There were headers present in the request which were not signed',
    );
  });

  it('is told which region it should be for', () => {
    const wrong = authorization('host', '0'.repeat(64)).replace('us-east-1', 'eu-west-1');
    expect(verdict(withHeader(getWithRange, 'authorization', wrong))).toBe(
      "400 AuthorizationHeaderMalformed: The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'",
    );
  });

  it('is refused for another service, a key unknown here, a session token, or a foreign scheme', () => {
    const changed = (from: string, to: string) =>
      withHeader(getWithRange, 'authorization', authorization('host', '0'.repeat(64)).replace(from, to));
    expect(verdict(changed('/s3/', '/sqs/'))).toMatch(/^400 AuthorizationHeaderMalformed.*incorrect service "sqs"/);
    expect(verdict(changed('AKIAIOSFODNN7EXAMPLE', 'AKIAOTHER'))).toMatch(/^403 InvalidAccessKeyId/);
    expect(verdict(changed('20130524', '20130523'))).toMatch(/^400 AuthorizationHeaderMalformed.*incorrect date/);
    expect(verdict(changed('AWS4-HMAC-SHA256', 'AWS'))).toMatch(/^400 AuthorizationHeaderMalformed/);
    expect(verdict(withHeader(getWithRange, 'x-amz-security-token', 'token'))).toMatch(/^400 InvalidToken/);
  });

  it('is needed: without one, or without a date or a payload hash, the request is refused', () => {
    expect(verdict(withHeader(getWithRange, 'authorization', undefined))).toBe('403 AccessDenied: Access Denied');
    expect(verdict(withHeader(getWithRange, 'x-amz-date', undefined))).toMatch(/^403 AccessDenied/);
    expect(verdict(withHeader(getWithRange, 'x-amz-content-sha256', undefined))).toMatch(/^400 InvalidRequest/);
  });
});

describe('a presigned URL', () => {
  it('is accepted for the example of the S3 reference', () => {
    expect(verdict(presigned)).toBe('accepted');
  });

  it('works until its last second and is then expired', () => {
    expect(verdict(presigned, now.add({ seconds: 86_400 }))).toBe('accepted');
    expect(verdict(presigned, now.add({ seconds: 86_401 }))).toBe('403 AccessDenied: Request has expired');
  });

  it('does not work before its time', () => {
    expect(verdict(presigned, now.subtract({ minutes: 16 }))).toBe('403 AccessDenied: Request is not yet valid');
  });

  it.each([
    ['another key', { ...presigned, path: '/other.txt' }],
    ['another method', { ...presigned, method: 'PUT' }],
    ['a longer life', withQuery(presigned, 'Expires=86400', 'Expires=604800')],
    ['a further parameter', { ...presigned, query: `${presigned.query}&versionId=x` }],
    ['another signature', withQuery(presigned, 'aeeed9', 'beeed9')],
  ])('is refused with %s', (_, request) => {
    expect(verdict(request)).toMatch(/^403 SignatureDoesNotMatch/);
  });

  it('lives a week at most', () => {
    expect(verdict(withQuery(presigned, '86400', '604801'))).toMatch(/^400 AuthorizationQueryParametersError/);
    expect(verdict(withQuery(presigned, '86400', 'soon'))).toMatch(/^400 AuthorizationQueryParametersError/);
    expect(verdict(withQuery(presigned, '86400', '-1'))).toMatch(/^400 AuthorizationQueryParametersError/);
  });

  it('is refused for another region or service, or with a part missing', () => {
    expect(verdict(withQuery(presigned, 'us-east-1', 'eu-west-1'))).toMatch(
      /^400 AuthorizationQueryParametersError.*us-east-1/,
    );
    expect(verdict(withQuery(presigned, '%2Fs3%2F', '%2Fiam%2F'))).toMatch(/^400 AuthorizationQueryParametersError/);
    expect(verdict(withQuery(presigned, 'X-Amz-SignedHeaders=host&', ''))).toMatch(
      /^400 AuthorizationQueryParametersError/,
    );
  });

  it('cannot be combined with an Authorization header', () => {
    expect(verdict(withHeader(presigned, 'authorization', authorization('host', '0'.repeat(64))))).toMatch(
      /^400 InvalidArgument/,
    );
  });
});
