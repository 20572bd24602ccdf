import { describe, expect, it } from '@jest/globals';
import { rawRequest } from '../../support/api/raw-request.ts';
import { notesApi } from './notes-api.ts';

const api = notesApi();

describe('a request without a good credential', () => {
  it.each([
    ['nothing', undefined, 'no_token'],
    ['Basic', 'Basic YTpi', 'bad_header'],
    ['an empty token', 'Bearer ', 'bad_header'],
    ['a token that is none', 'Bearer abc', 'bad_token'],
    ['an unsigned token', `Bearer ${token({ alg: 'none' })}.`, 'bad_token'],
    [
      'a token of a key by path',
      `Bearer ${token({ alg: 'EdDSA', typ: 'at+jwt', kid: '../../etc/passwd' })}.AAAA`,
      'bad_token',
    ],
    ['a token of 8 KB', `Bearer ${'a'.repeat(8192)}`, 'bad_token'],
  ])('but %s is 401, and counted', async (_what, authorization, reason) => {
    api.deps.metrics.authFailuresTotal.reset();
    const reply = await api.send('GET', '/v1/mine', authorization === undefined ? {} : { headers: { authorization } });
    expect((await api.deps.metrics.authFailuresTotal.get()).values).toEqual([{ labels: { reason }, value: 1 }]);
    expect(reply.body).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('is refused before a byte of its body is looked at', async () => {
    expect((await api.send('GET', '/v1/mine?sort=1')).status).toBe(401);
  });

  it('with two Authorization headers is 400', async () => {
    const answer = await rawRequest(
      api.port,
      'GET /v1/mine HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('400 Bad Request');
    expect(answer).toContain('ambiguous_credentials');
  });
});

function token(header: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part({ sub: '0' })}`;
}
