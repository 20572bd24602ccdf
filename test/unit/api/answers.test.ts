import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { buildApp } from '../../../api/app.ts';
import { pageOf } from '../../../api/paging.ts';
import { defineRoute } from '../../../api/route.ts';
import { permanent, throttled, transient } from '../../../shared/platform/errors.ts';
import { currentTrace } from '../../../shared/platform/telemetry/trace-context.ts';
import { type ApiClient, serveApp } from '../../support/api/client.ts';
import { type ApiDeps, apiDeps } from '../../support/api/deps.ts';

const Tool = z.object({
  id: z.int(),
  title: z.string(),
  category: z.object({ id: z.int(), name: z.string() }).nullable(),
  steps: z.array(z.object({ text: z.string(), seconds: z.int() })).optional(),
});
const tool = {
  id: 1,
  title: 'Breathe',
  category: { id: 7, name: 'Calm', secretRank: 3 },
  steps: [{ text: 'in', seconds: 4 }],
  ownerId: 'not for others',
};

const get = { method: 'GET', summary: 'x', tag: 'meta', who: 'anyone' } as const;
const routes = [
  defineRoute({ ...get, path: '/tools/{id}', params: z.object({ id: z.literal('1') }), response: Tool }, async () => ({
    body: tool,
  })),
  defineRoute({ ...get, path: '/tools', response: pageOf(Tool) }, async () => ({
    body: { items: [tool], nextCursor: 'next' },
  })),
  defineRoute({ ...get, path: '/tools/search', response: Tool }, async () => ({ body: { ...tool, title: 'found' } })),
  defineRoute({ ...get, path: '/long', response: z.object({ text: z.string() }) }, async () => ({
    body: { text: 'calm '.repeat(1000) },
  })),
  defineRoute({ ...get, path: '/old', deprecated: { since: '2026-01-01', sunset: '2026-04-01' } }, async () => ({})),
  defineRoute({ ...get, path: '/trace', response: z.object({ trace: z.unknown() }) }, async () => ({
    body: { trace: currentTrace() },
  })),
  defineRoute({ ...get, path: '/lie', response: Tool }, async () => ({
    body: { id: 1, title: 'x', category: { id: 0.5, name: 'private' } },
  })),
  defineRoute({ ...get, path: '/bug' }, async () => {
    throw new Error('password=hunter2 select * from account');
  }),
  defineRoute({ ...get, path: '/busy' }, async () => {
    throw throttled('overloaded', 'Later.', 1500);
  }),
  defineRoute({ ...get, path: '/store-busy' }, async () => {
    throw throttled('object_store_throttled', 'The object store asked for a pause.', 5000);
  }),
  defineRoute({ ...get, path: '/store-denied' }, async () => {
    throw permanent('object_store_denied', 'The object store refused the credentials.');
  }),
  defineRoute({ ...get, path: '/away' }, async () => {
    throw transient('database_unavailable', 'host 10.0.0.7 is away');
  }),
  defineRoute(
    { method: 'POST', path: '/tools', summary: 'x', tag: 'meta', who: 'anyone', response: Tool, status: 201 },
    async () => ({ body: tool, location: '/v1/tools/1' }),
  ),
];

let deps: ApiDeps;
let api: ApiClient;
beforeAll(async () => {
  deps = apiDeps({ CORS_ORIGINS: 'https://app.example', ALLOWED_HOSTS: '127.0.0.1,api.example' });
  api = await serveApp(buildApp(deps, routes));
});
afterAll(() => api.close());

describe('an answer', () => {
  it('has the declared fields and no others', async () => {
    const { body } = await api.send('GET', '/v1/tools/1');
    expect(body).toEqual({
      id: 1,
      title: 'Breathe',
      category: { id: 7, name: 'Calm' },
      steps: [{ text: 'in', seconds: 4 }],
    });
  });

  it('of something new says where it is', async () => {
    const reply = await api.send('POST', '/v1/tools');
    expect([reply.status, reply.headers.get('location')]).toEqual([201, '/v1/tools/1']);
  });

  it('that breaks its promise is a 500 that tells nothing, logged with the path alone', async () => {
    deps.logLines.length = 0;
    const reply = await api.send('GET', '/v1/lie');
    expect(reply.body).toMatchObject({ status: 500, code: 'internal_error' });
    const errors = deps.logLines.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).toContain('category.id');
    expect(JSON.stringify(errors)).not.toContain('private');
  });

  it('is never stored, sniffed, framed or sent in clear by a browser', async () => {
    for (const path of ['/v1/tools', '/v1/nothing', '/v1/bug']) {
      const { headers } = await api.send('GET', path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
    }
  });

  it('comes from the literal route where a parameter would match as well', async () => {
    expect((await api.send('GET', '/v1/tools/search')).body).toMatchObject({ title: 'found' });
  });

  it('of a deprecated route says so', async () => {
    const { headers } = await api.send('GET', '/v1/old');
    expect(headers.get('deprecation')).toBe('@1767225600');
    expect(headers.get('sunset')).toBe('Wed, 01 Apr 2026 00:00:00 GMT');
  });

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('of some length is sent as %s to who takes it', async (encoding, unpack) => {
    const { headers, bytes } = await rawBody('/v1/long', encoding);
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['vary']).toContain('Accept-Encoding');
    expect(bytes.length).toBeLessThan(500);
    expect(JSON.parse(unpack(bytes).toString()).text).toHaveLength(5000);
  });
});

describe('a problem', () => {
  it('has every field of RFC 9457, its code and the id of the request', async () => {
    const reply = await api.send('GET', '/v1/nothing?password=x', { headers: { 'X-Request-Id': 'phone-1' } });
    expect(reply.body).toEqual({
      type: 'urn:amira:problem:not_found',
      title: 'There is no such object.',
      status: 404,
      detail: 'There is nothing at this address.',
      instance: '/v1/nothing',
      code: 'not_found',
      requestId: 'phone-1',
    });
  });

  it('of ours shows neither stack nor message, and is logged once', async () => {
    deps.logLines.length = 0;
    const reply = await api.send('GET', '/v1/bug');
    expect(reply.status).toBe(500);
    expect(reply.text).not.toMatch(/hunter2|select|\bat \b|\.ts/);
    expect(deps.logLines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('of an outage shows nothing of the inside either', async () => {
    const reply = await api.send('GET', '/v1/away');
    expect(reply.body).toMatchObject({ status: 503, code: 'database_unavailable' });
    expect(reply.text).not.toContain('10.0.0.7');
  });

  it.each([
    ['that passes', '/v1/store-busy', 503, 'unavailable', '5'],
    ['of our own', '/v1/store-denied', 500, 'internal_error', null],
  ])('inside %s is told as such, not in words and a status meant for us', async (_what, path, status, code, again) => {
    const reply = await api.send('GET', path);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([status, again]);
    expect(reply.body).toMatchObject({ status, code });
    expect(reply.text).not.toMatch(/object.store/i);
  });

  it('that passes says when to come again', async () => {
    const reply = await api.send('GET', '/v1/busy');
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '2']);
  });
});

describe('fields', () => {
  it.each([
    ['title', { title: 'Breathe' }],
    ['id,category.name', { id: 1, category: { name: 'Calm' } }],
    ['category.name,category', { category: { id: 7, name: 'Calm' } }],
    ['steps.text', { steps: [{ text: 'in' }] }],
  ])('=%s keeps only those', async (fields, expected) => {
    expect((await api.send('GET', `/v1/tools/1?fields=${fields}`)).body).toEqual(expected);
  });

  it('of a list are those of its items', async () => {
    const reply = await api.send('GET', '/v1/tools?fields=id');
    expect(reply.body).toEqual({ items: [{ id: 1 }], nextCursor: 'next' });
  });

  it.each(['ownerId', 'title.x', 'category.secretRank', '', 'id,', '__proto__', 'constructor', 'items'])(
    '=%s is 400, for there is none',
    async (fields) => {
      expect((await api.send('GET', `/v1/tools/1?fields=${fields}`)).body).toMatchObject({ code: 'unknown_field' });
    },
  );
});

describe('an ETag', () => {
  it('saves sending the same again', async () => {
    const first = await api.send('GET', '/v1/tools/1');
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^W\/"[\w-]{27}"$/);
    const second = await api.send('GET', '/v1/tools/1', { headers: { 'If-None-Match': `"other", ${tag}` } });
    expect([second.status, second.text, second.headers.get('etag')]).toEqual([304, '', tag]);
  });

  it('of other fields is another', async () => {
    const tags = await Promise.all(
      ['/v1/tools/1', '/v1/tools/1?fields=id'].map(async (path) => (await api.send('GET', path)).headers.get('etag')),
    );
    expect(new Set(tags).size).toBe(2);
  });

  it('that is not ours changes nothing', async () => {
    expect((await api.send('GET', '/v1/tools/1', { headers: { 'If-None-Match': '"x"' } })).status).toBe(200);
  });
});

describe('the request id', () => {
  it('is echoed', async () => {
    const reply = await api.send('GET', '/v1/tools', { headers: { 'X-Request-Id': 'phone:42/a' } });
    expect(reply.headers.get('x-request-id')).toBe('phone:42/a');
  });

  it.each([
    ['spaces and quotes', 'a "b"'],
    ['ANSI', '[31mred'],
    ['200 characters', 'x'.repeat(200)],
    ['non-ASCII', 'é'],
  ])('with %s is replaced', async (_what, id) => {
    const reply = await api.send('GET', '/v1/tools', { headers: { 'X-Request-Id': id } });
    expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('goes into the trace, with the caller’s trace id', async () => {
    const headers = { 'X-Request-Id': 'r1', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    expect((await api.send('GET', '/v1/trace', { headers })).body).toEqual({
      trace: { requestId: 'r1', traceParent: expect.stringMatching(/^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/) },
    });
  });
});

describe('the access line', () => {
  it('says what was asked and answered, without the query', async () => {
    deps.logLines.length = 0;
    await api.send('GET', '/v1/tools/1?fields=id', { headers: { 'X-Request-Id': 'line-1' } });
    const line = await untilLine((entry) => entry['request_id'] === 'line-1');
    expect(line).toMatchObject({
      level: 'info',
      category: 'access',
      method: 'GET',
      path: '/v1/tools/1',
      route: '/v1/tools/{id}',
      status_code: 200,
      duration_ms: expect.any(Number),
    });
    expect(JSON.stringify(line)).not.toContain('fields');
  });

  it('is counted under the route’s template', async () => {
    const { values } = await deps.metrics.httpRequestDurationSeconds.get();
    const routesSeen = new Set(values.map(({ labels }) => labels.route));
    expect([...routesSeen]).toEqual(expect.arrayContaining(['/v1/tools/{id}', 'unmatched']));
    expect([...routesSeen]).not.toContain('/v1/nothing');
  });
});

describe('another origin', () => {
  it('may read answers only when it is listed', async () => {
    const listed = await api.send('GET', '/v1/tools', { headers: { Origin: 'https://app.example' } });
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const other = await api.send('GET', '/v1/tools', { headers: { Origin: 'https://evil.example' } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('that is listed may ask beforehand', async () => {
    const headers = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' };
    const reply = await api.send('OPTIONS', '/v1/tools', { headers });
    expect([reply.status, reply.headers.get('access-control-allow-headers')]).toEqual([
      204,
      expect.stringContaining('Idempotency-Key'),
    ]);
  });

  it('is closed out by default', async () => {
    const closed = await serveApp(buildApp(apiDeps(), routes));
    const headers = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' };
    const reply = await closed.send('OPTIONS', '/v1/tools', { headers });
    await closed.close();
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('another host', () => {
  it('is not served', async () => {
    const { status } = await rawBody('/v1/tools', 'identity', 'evil.example');
    expect(status).toBe(421);
    expect((await rawBody('/v1/tools', 'identity', 'api.example:8000')).status).toBe(200);
  });
});

/** A request whose answer is not unpacked. */
function rawBody(path: string, encoding: string, host = '127.0.0.1') {
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; bytes: Buffer }>(
    (resolve, reject) => {
      const options = { port: api.port, path, headers: { 'Accept-Encoding': encoding, Host: host } };
      request(options, async (response) => {
        const bytes = Buffer.concat(await response.toArray());
        resolve({ status: response.statusCode, headers: response.headers, bytes });
      })
        .on('error', reject)
        .end();
    },
  );
}

/** The line is written when the answer has left, which the client may learn of first. */
async function untilLine(matches: (line: Record<string, unknown>) => boolean) {
  for (;;) {
    const line = deps.logLines.find(matches);
    if (line) return line;
    await new Promise(setImmediate);
  }
}
