import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineRoute } from '../../../api/route.ts';
import { currentTrace } from '../../../shared/platform/telemetry/trace-context.ts';
import { servedAlone } from '../../support/api/served-alone.ts';
import { until } from '../../support/until.ts';
import { get, toolRoutes } from './tool-routes.ts';

const api = servedAlone([
  ...toolRoutes,
  defineRoute({ ...get, path: '/trace', response: z.object({ trace: z.unknown() }) }, async () => ({
    body: { trace: currentTrace() },
  })),
]);

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
    api.deps.logLines.length = 0;
    await api.send('GET', '/v1/tools/1?fields=id', { headers: { 'X-Request-Id': 'line-1' } });
    const line = await until('the access line', () =>
      api.deps.logLines.find((entry) => entry['request_id'] === 'line-1'),
    );
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

  it('is counted under the route’s template, never under the path', async () => {
    await api.send('GET', '/v1/nothing');
    const routes = await until('the request is counted', async () => {
      const { values } = await api.deps.metrics.httpRequestDurationSeconds.get();
      const counted = new Set(values.map(({ labels }) => labels.route));
      return counted.has('unmatched') ? [...counted] : undefined;
    });
    expect(routes).not.toContain('/v1/nothing');
  });
});
