import { describe, expect, it } from '@jest/globals';
import { rawBody } from '../../support/api/raw-body.ts';
import { servedAlone } from '../../support/api/served-alone.ts';
import { toolRoutes } from './tool-routes.ts';

const api = servedAlone(toolRoutes, {
  CORS_ORIGINS: 'https://app.example',
  ALLOWED_HOSTS: '127.0.0.1,api.example',
});
const closed = servedAlone(toolRoutes);

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
    const headers = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' };
    const reply = await closed.send('OPTIONS', '/v1/tools', { headers });
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('another host', () => {
  it('is not served', async () => {
    const { status } = await rawBody(api.port, '/v1/tools', { host: 'evil.example' });
    expect(status).toBe(421);
    expect((await rawBody(api.port, '/v1/tools', { host: 'api.example:8000' })).status).toBe(200);
  });
});
