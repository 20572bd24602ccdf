import { describe, expect, it } from '@jest/globals';
import { rawRequest } from '../../support/api/raw-request.ts';
import { notesApi } from './notes-api.ts';

const api = notesApi();
const impatient = notesApi({ REQUEST_TIMEOUT: '100ms' });

describe('what is not HTTP', () => {
  const request = (...lines: string[]) => [...lines, '', ''].join('\r\n');

  it.each<[string, string, string]>([
    ['headers over 16 KiB', request('GET / HTTP/1.1', 'Host: x', `X-Long: ${'x'.repeat(65_000)}`), '431'],
    ['two lengths', request('POST /v1/notes HTTP/1.1', 'Host: x', 'Content-Length: 2', 'Content-Length: 3'), '400'],
    [
      'a length and chunks',
      request('POST /v1/notes HTTP/1.1', 'Host: x', 'Content-Length: 2', 'Transfer-Encoding: chunked'),
      '400',
    ],
    ['no host', request('GET /v1/health HTTP/1.1', 'Connection: close'), '400'],
    ['noise', request('\u0001\u0002'), '400'],
    ['a tunnel', request('CONNECT /v1/health HTTP/1.1', 'Host: x'), '400'],
    ['a method of its own', request('FROB /v1/notes HTTP/1.1', 'Host: x'), '400'],
  ])('such as %s is refused', async (_what, bytes, status) => {
    expect(await rawRequest(api.port, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('is refused as a problem, too', async () => {
    const answer = await rawRequest(api.port, request('GET / HTTP/1.1', 'Host: x', `X-Long: ${'x'.repeat(65_000)}`));
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ status: 431, code: 'headers_too_large' });
  });

  it('but an expectation that nobody knows is no reason to refuse', async () => {
    const answer = await rawRequest(
      api.port,
      request('GET /v1/notes/x HTTP/1.1', 'Host: x', 'Expect: the-unexpected', 'Connection: close'),
    );
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d .*application\/problem\+json/s);
    expect(answer).not.toMatch(/^HTTP\/1.1 417 /);
  });

  it('and a request that does not arrive is given up', async () => {
    const answer = await rawRequest(
      impatient.port,
      'POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    );
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });
});
