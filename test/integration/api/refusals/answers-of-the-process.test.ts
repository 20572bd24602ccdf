import { describe, expect, it } from '@jest/globals';
import { rawRequest } from '../../../support/api/raw-request.ts';
import { realProcess } from './real-process.ts';

const api = realProcess();

const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${api.port}${path}`, init);

const ANSWERS = [
  '/v1/health',
  '/v1/openapi.json',
  '/v1/me',
  '/v1/nothing',
  '/v1/emotions/%00',
  '/../etc/passwd',
  '/docs',
  '/docs/start.js',
  '/docs/nothing',
];

describe('every answer of the API', () => {
  it(`says not to sniff, frame, or come back in clear (${ANSWERS.length} tries)`, async () => {
    for (const path of ANSWERS) {
      const { headers } = await ask(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}; includeSubDomains/);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    }
  });

  it('may not be stored, unless it is a file of the documentation', async () => {
    for (const path of ANSWERS.filter((each) => each !== '/docs/start.js'))
      expect((await ask(path)).headers.get('cache-control')).toBe('no-store');
  });

  it('may load nothing, but for the documentation, which has a policy of its own', async () => {
    const bare = "default-src 'none'; frame-ancestors 'none'";
    expect((await ask('/v1/health')).headers.get('content-security-policy')).toBe(bare);
    const policy = (await ask('/docs')).headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(policy).not.toMatch(/script-src[^;]*unsafe|\*|https?:/);
  });

  it('is closed to pages of other origins', async () => {
    const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' };
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      const answer = await ask('/v1/auth/login', { method, headers });
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });
});

describe('what is not a request', () => {
  const lines = (...all: string[]) => [...all, '', ''].join('\r\n');
  const long = `X-Long: ${'x'.repeat(65 * 1024)}`;
  it.each<[string, string, string]>([
    ['a header of 65 KB', lines('GET /v1/health HTTP/1.1', 'Host: x', long), '431'],
    ['a path of 65 KB', lines(`GET /${'x'.repeat(65 * 1024)} HTTP/1.1`, 'Host: x'), '431'],
    [
      'a length and chunks',
      lines('POST /v1/auth/login HTTP/1.1', 'Host: x', 'Content-Length: 4', 'Transfer-Encoding: chunked', '', '0'),
      '400',
    ],
    [
      'chunks that are said twice',
      lines('POST /v1/auth/login HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked, chunked', '', '0'),
      '400',
    ],
    [
      'chunks and a coding of its own',
      lines('POST /v1/auth/login HTTP/1.1', 'Host: x', 'Transfer-Encoding: xchunked', '', '0'),
      '400',
    ],
    ['two lengths', lines('POST /v1/auth/login HTTP/1.1', 'Host: x', 'Content-Length: 4', 'Content-Length: 5'), '400'],
    ['a length below zero', lines('POST /v1/auth/login HTTP/1.1', 'Host: x', 'Content-Length: -1'), '400'],
    ['a folded header', lines('GET /v1/health HTTP/1.1', 'Host: x', 'X-A: b', ' c'), '400'],
    ['a space before the colon', lines('GET /v1/health HTTP/1.1', 'Host : x'), '400'],
  ])('%s is refused as a problem, and the connection closed', async (_what, bytes, status) => {
    const answer = await rawRequest(api.port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('Content-Type: application/problem+json');
    expect(answer.match(/^HTTP\/1.1 /gm)).toHaveLength(1);
  });
});
