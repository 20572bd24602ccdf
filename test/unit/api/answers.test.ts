import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineRoute } from '../../../api/route.ts';
import { rawBody } from '../../support/api/raw-body.ts';
import { servedAlone } from '../../support/api/served-alone.ts';
import { get, Tool, toolRoutes } from './tool-routes.ts';

const api = servedAlone([
  ...toolRoutes,
  defineRoute({ ...get, path: '/long', response: z.object({ text: z.string() }) }, async () => ({
    body: { text: 'calm '.repeat(1000) },
  })),
  defineRoute({ ...get, path: '/old', deprecated: { since: '2026-01-01', sunset: '2026-04-01' } }, async () => ({})),
  defineRoute({ ...get, path: '/lie', response: Tool }, async () => ({
    body: { id: 1, title: 'x', category: { id: 0.5, name: 'private' } },
  })),
]);

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
    api.deps.logLines.length = 0;
    const reply = await api.send('GET', '/v1/lie');
    expect(reply.body).toMatchObject({ status: 500, code: 'internal_error' });
    const errors = api.deps.logLines.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).toContain('category.id');
    expect(JSON.stringify(errors)).not.toContain('private');
  });

  it('is never stored, sniffed, framed or sent in clear by a browser', async () => {
    for (const path of ['/v1/tools', '/v1/nothing', '/v1/lie']) {
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

  it.each(['identity;q=0', '*;q=0', 'br;q=0, gzip;q=0, *;q=0'])(
    'is sent as it is to who takes only `%s`',
    async (encoding) => {
      const { status, headers, bytes } = await rawBody(api.port, '/v1/long', { encoding });
      expect([status, headers['content-encoding']]).toEqual([200, undefined]);
      expect(JSON.parse(bytes.toString()).text).toHaveLength(5000);
    },
  );

  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('of some length is sent as %s to who takes it', async (encoding, unpack) => {
    const { headers, bytes } = await rawBody(api.port, '/v1/long', { encoding });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['vary']).toContain('Accept-Encoding');
    expect(bytes.length).toBeLessThan(500);
    expect(JSON.parse(unpack(bytes).toString()).text).toHaveLength(5000);
  });
});
