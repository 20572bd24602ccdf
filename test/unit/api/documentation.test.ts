import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildApp } from '../../../api/app.ts';
import { type ApiClient, serveApp } from '../../support/api/client.ts';
import { apiDeps } from '../../support/api/deps.ts';

let api: ApiClient;
beforeAll(async () => {
  api = await serveApp(buildApp(apiDeps()));
});
afterAll(() => api.close());

describe('the documentation page', () => {
  it('needs nothing from any other server', async () => {
    const { text, headers } = await api.send('GET', '/docs');
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    const sources = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '');
    const local = sources.filter((source) => source.startsWith('/docs/'));
    expect([...local, 'data:,'].sort()).toEqual(sources.sort());
    for (const source of local) expect((await api.send('GET', source)).status).toBe(200);
  });

  it('has a policy of its own that lets it call this API and nothing else', async () => {
    const { headers } = await api.send('GET', '/docs');
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toContain('unsafe-eval');
  });

  it('hands out no other file', async () => {
    for (const path of ['/docs/package.json', '/docs/..%2fpackage.json', '/docs/swagger-ui.js'])
      expect((await api.send('GET', path)).status).toBe(404);
  });
});

describe('the OpenAPI document', () => {
  it('is served, and not again to who has it', async () => {
    const first = await api.send('GET', '/v1/openapi.json');
    expect(first.body).toMatchObject({ openapi: '3.1.0', paths: { '/v1/health': {} } });
    const headers = { 'If-None-Match': first.headers.get('etag') ?? '' };
    expect((await api.send('GET', '/v1/openapi.json', { headers })).status).toBe(304);
  });
});

describe('the health of the API', () => {
  it('is told to anyone', async () => {
    expect((await api.send('GET', '/v1/health')).body).toEqual({ status: 'ok' });
  });
});
