import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { buildApp } from '../../../api/app.ts';
import { decodeCursor, PageQuery, pageOf } from '../../../api/paging.ts';
import { defineRoute } from '../../../api/route.ts';
import { stopwatch } from '../../../shared/platform/clock.ts';
import { type ApiClient, serveApp } from '../../support/api/client.ts';
import { type ApiDeps, apiDeps } from '../../support/api/deps.ts';
import { rawRequest } from '../../support/api/raw-request.ts';

const Note = z.strictObject({
  text: z.string().max(4000),
  intensity: z.int().min(1).max(10),
  more: z.json().optional(),
});
const NoteView = z.object({ text: z.string(), intensity: z.number() });

const routes = [
  defineRoute(
    { method: 'POST', path: '/notes', summary: 'Write', tag: 'meta', who: 'anyone', body: Note, response: NoteView },
    async ({ body }) => ({ body }),
  ),
  defineRoute(
    {
      method: 'POST',
      path: '/notes/batch',
      summary: 'Batch',
      tag: 'meta',
      who: 'anyone',
      body: z.strictObject({ items: z.array(z.string()) }),
      bodyLimit: 'batch',
    },
    async () => ({}),
  ),
  defineRoute(
    {
      method: 'POST',
      path: '/notes/import',
      summary: 'Import',
      tag: 'meta',
      who: 'anyone',
      body: z.string(),
      bodyLimit: 'import',
      bodyType: 'text/csv',
    },
    async () => ({}),
  ),
  defineRoute(
    {
      method: 'GET',
      path: '/notes',
      summary: 'List',
      tag: 'meta',
      who: 'anyone',
      query: PageQuery,
      response: pageOf(NoteView),
    },
    async ({ query }) => {
      if (query.cursor) decodeCursor(z.uuid(), query.cursor);
      return { body: { items: [], nextCursor: null } };
    },
  ),
  defineRoute(
    {
      method: 'GET',
      path: '/notes/{id}',
      summary: 'One',
      tag: 'meta',
      who: 'anyone',
      params: z.object({ id: z.uuid() }),
      response: NoteView,
    },
    async () => ({ body: { text: 'x', intensity: 1 } }),
  ),
  defineRoute({ method: 'POST', path: '/notes/clear', summary: 'Clear', tag: 'meta', who: 'anyone' }, async () => ({})),
  defineRoute({ method: 'GET', path: '/mine', summary: 'Mine', tag: 'meta', who: 'user' }, async () => ({})),
];

let deps: ApiDeps;
let api: ApiClient;
beforeAll(async () => {
  deps = apiDeps();
  api = await serveApp(buildApp(deps, routes));
});
afterAll(() => api.close());

const good = { text: 'calm', intensity: 3 };
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const manyKeys = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 1])));

describe('a bad body', () => {
  it.each<[string, unknown, number, string]>([
    ['an unknown field', { ...good, role: 'administrator' }, 400, 'invalid_body'],
    ['a field of the wrong type', { ...good, intensity: '3' }, 400, 'invalid_body'],
    ['an operator in place of a value', { ...good, text: { $ne: null } }, 400, 'invalid_body'],
    ['an integer beyond 2^53', `{"text":"x","intensity":9223372036854775808}`, 400, 'invalid_body'],
    ['no body at all', undefined, 400, 'invalid_body'],
    ['an array', [], 400, 'invalid_body'],
    ['what is not JSON', '{"text":', 400, 'invalid_json'],
    ['NaN', '{"text":"x","intensity":NaN}', 400, 'invalid_json'],
    ['1e400', '{"text":"x","intensity":1e400}', 400, 'invalid_json'],
    ['21 levels', `{"text":"x","intensity":1,"more":${nested(20)}}`, 400, 'invalid_json'],
    ['10,000 levels', nested(10_000), 400, 'invalid_json'],
    ['501 keys', manyKeys(501), 400, 'invalid_json'],
    ['duplicate keys', '{"text":"x","intensity":1,"text":"y"}', 400, 'invalid_json'],
    ['duplicate keys, one of them escaped', '{"text":"x","intensity":1,"\\u0074ext":"y"}', 400, 'invalid_json'],
    ['__proto__', '{"text":"x","intensity":1,"__proto__":{"admin":true}}', 400, 'invalid_json'],
    ['constructor', '{"text":"x","intensity":1,"more":{"constructor":{}}}', 400, 'invalid_json'],
    ['NUL', '{"text":"\\u0000","intensity":1}', 400, 'invalid_json'],
    ['a lone surrogate', '{"text":"\\ud800","intensity":1}', 400, 'invalid_json'],
    ['bad UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 400, 'invalid_json'],
    ['65 KiB', JSON.stringify({ ...good, text: 'x'.repeat(65 * 1024) }), 413, 'body_too_large'],
    ['100,000 keys', manyKeys(100_000), 413, 'body_too_large'],
  ])('with %s is refused', async (_what, body, status, code) => {
    const reply = await api.send('POST', '/v1/notes', { body });
    expect(reply.body).toMatchObject({ status, code });
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
  });

  it('is told where it is bad, and never what was sent', async () => {
    const reply = await api.send('POST', '/v1/notes', { body: { text: 'a secret', intensity: 11, zzz: 1 } });
    expect(reply.body['errors']).toEqual([
      { path: 'intensity', code: 'too_big', message: expect.any(String) },
      { path: 'zzz', code: 'unknown_field', message: expect.any(String) },
    ]);
    expect(reply.text).not.toContain('a secret');
  });

  it('is refused within 50 ms, however it is built', async () => {
    for (const body of [nested(30_000), manyKeys(5_000), `[${'"\\u0041",'.repeat(8_000)}1]`]) {
      // The best of three: what the request costs, not what else the machine does.
      const times: number[] = [];
      for (const _ of [1, 2, 3]) {
        const elapsed = stopwatch();
        await api.send('POST', '/v1/notes', { body });
        times.push(elapsed());
      }
      expect(Math.min(...times)).toBeLessThan(50);
    }
  });

  it('leaves nothing behind on the prototype of objects', async () => {
    await api.send('POST', '/v1/notes', { body: '{"__proto__":{"polluted":1}}' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'a=1'],
    ['XML', 'application/xml', '<a/>'],
    ['text', 'text/plain', '{}'],
    ['JSON in another charset', 'application/json; charset=utf-16', '{}'],
    ['JSON without saying so', '', '{}'],
  ])('that is %s is 415', async (_what, type, body) => {
    const reply = await api.send('POST', '/v1/notes', { body, headers: { 'Content-Type': type } });
    expect(reply.body).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(reply.headers.get('accept')).toBe('application/json');
  });

  it('that is compressed is 415', async () => {
    const reply = await api.send('POST', '/v1/notes', { body: '{}', headers: { 'Content-Encoding': 'gzip' } });
    expect(reply.status).toBe(415);
  });

  it('for a route that takes none is refused, unless it is an empty object', async () => {
    expect((await api.send('POST', '/v1/notes/clear')).status).toBe(204);
    expect((await api.send('POST', '/v1/notes/clear', { body: {} })).status).toBe(204);
    expect((await api.send('POST', '/v1/notes/clear', { body: { all: true } })).status).toBe(400);
  });

  it('may be larger where the route says so: 512 KiB for a batch, 5 MiB for an import', async () => {
    const batch = (bytes: number) => ({
      body: { items: Array.from({ length: bytes / 1024 }, () => 'x'.repeat(1021)) },
    });
    expect((await api.send('POST', '/v1/notes/batch', batch(511 * 1024))).status).toBe(204);
    expect((await api.send('POST', '/v1/notes/batch', batch(513 * 1024))).status).toBe(413);
    const csv = (bytes: number) => ({ body: 'x'.repeat(bytes), headers: { 'Content-Type': 'text/csv' } });
    expect((await api.send('POST', '/v1/notes/import', csv(5 * 1024 * 1024))).status).toBe(204);
    expect((await api.send('POST', '/v1/notes/import', csv(5 * 1024 * 1024 + 1))).status).toBe(413);
  });
});

describe('a bad address', () => {
  it.each<[string, string, string, number, string]>([
    ['a limit of 1e9', 'GET', '/v1/notes?limit=1e9', 400, 'invalid_query'],
    ['a limit of 0', 'GET', '/v1/notes?limit=0', 400, 'invalid_query'],
    ['a limit given twice', 'GET', '/v1/notes?limit=1&limit=2', 400, 'invalid_query'],
    ['an unknown parameter', 'GET', '/v1/notes?sort=pg_sleep(5)', 400, 'invalid_query'],
    ['NUL', 'GET', '/v1/notes?cursor=%00', 400, 'invalid_query'],
    ['a cursor that is none', 'GET', '/v1/notes?cursor=abc', 400, 'bad_cursor'],
    ['an id that is none', 'GET', '/v1/notes/1', 404, 'not_found'],
    ['an id with NUL', 'GET', '/v1/notes/%00', 404, 'not_found'],
    ['an id in broken percent-encoding', 'GET', '/v1/notes/%zz', 404, 'not_found'],
    ['no route', 'GET', '/v1/nothing', 404, 'not_found'],
    ['a way out of the tree', 'GET', '/v1/..%2f..%2fetc/passwd', 404, 'not_found'],
    ['an unknown field', 'GET', '/v1/notes?fields=text,secret', 400, 'unknown_field'],
    ['fields on a write', 'POST', '/v1/notes/clear?fields=text', 400, 'invalid_query'],
  ])('with %s is refused', async (_what, method, path, status, code) => {
    const reply = await api.send(method, path);
    expect(reply.body).toMatchObject({ status, code });
    expect(reply.status).toBe(status);
  });
});

describe('an unknown method', () => {
  it('is 405 with the methods that are allowed', async () => {
    const reply = await api.send('DELETE', '/v1/notes');
    expect(reply.body).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect(reply.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
  });

  it('is told by OPTIONS as well', async () => {
    const reply = await api.send('OPTIONS', '/v1/mine');
    expect([reply.status, reply.headers.get('allow')]).toEqual([204, expect.stringContaining('GET')]);
  });
});

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
    deps.metrics.authFailuresTotal.reset();
    const reply = await api.send('GET', '/v1/mine', authorization === undefined ? {} : { headers: { authorization } });
    expect((await deps.metrics.authFailuresTotal.get()).values).toEqual([{ labels: { reason }, value: 1 }]);
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
    ['a method of its own', request('FROB /v1/notes HTTP/1.1', 'Host: x'), '400'],
  ])('such as %s is refused', async (_what, bytes, status) => {
    expect(await rawRequest(api.port, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('is refused as a problem, too', async () => {
    const answer = await rawRequest(api.port, request('GET / HTTP/1.1', 'Host: x', `X-Long: ${'x'.repeat(65_000)}`));
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ status: 431, code: 'headers_too_large' });
  });

  it('and a request that does not arrive is given up', async () => {
    const impatient = await serveApp(buildApp(deps, routes), 100);
    const answer = await rawRequest(
      impatient.port,
      'POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    );
    await impatient.close();
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });
});

describe('no bad input', () => {
  it('is taken for a fault of ours', () => {
    expect(deps.logLines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

function token(header: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part({ sub: '0' })}`;
}
