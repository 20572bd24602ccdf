import { describe, expect, it } from '@jest/globals';
import { defineRoute } from '../../../api/route.ts';
import { permanent, throttled, transient } from '../../../shared/platform/errors.ts';
import { servedAlone } from '../../support/api/served-alone.ts';
import { get } from './tool-routes.ts';

const api = servedAlone([
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
  defineRoute({ ...get, path: '/wrong-password' }, async () => {
    throw permanent('invalid_credentials', 'The address or the password is wrong.');
  }),
  defineRoute({ ...get, path: '/away' }, async () => {
    throw transient('database_unavailable', 'host 10.0.0.7 is away');
  }),
]);

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
    api.deps.logLines.length = 0;
    const reply = await api.send('GET', '/v1/bug');
    expect(reply.status).toBe(500);
    expect(reply.text).not.toMatch(/hunter2|select|\bat \b|\.ts/);
    expect(api.deps.logLines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('of an outage shows nothing of the inside either', async () => {
    const reply = await api.send('GET', '/v1/away');
    expect(reply.body).toMatchObject({ status: 503, code: 'database_unavailable' });
    expect(reply.text).not.toContain('10.0.0.7');
  });

  it('carries the headers that HTTP asks for with its status, whoever refused', async () => {
    const [wrong, away] = [await api.send('GET', '/v1/wrong-password'), await api.send('GET', '/v1/away')];
    expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
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
