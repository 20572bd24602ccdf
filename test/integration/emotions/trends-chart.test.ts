import { describe, expect, it } from '@jest/globals';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { trendsRecomputeHandler } from '../../../jobs/trends-recompute/handler.ts';
import { usualPatternPolicy } from '../../support/pattern-policy.ts';
import { runHandler } from '../../support/run-handler.ts';
import { emotionsApi, feeling } from './emotions-api.ts';

const api = emotionsApi();
const handler = trendsRecomputeHandler(usualPatternPolicy);

describe('the picture of a trend', () => {
  it('shows what was last computed, as an SVG that may load nothing', async () => {
    const anna = await api.person();
    expect(
      (await anna.send('POST', '/v1/emotions', { body: { ...feeling, occurredAt: api.clock.now().toString() } }))
        .status,
    ).toBe(201);
    await runHandler(api.worker, trendsRecompute, handler, { userId: anna.id, asked: true }, { clock: api.clock });
    const { status, headers, text } = await anna.send('GET', '/v1/emotions/trends.svg?window=30');
    expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'unsafe-inline'/);
    expect(text.match(/class="day"/g)).toHaveLength(1);
    expect(text).toContain('The median mood of 1 day, from 1 check-in, ');
  });

  it('of all there is ends with the last check-in, any other with today', async () => {
    const anna = await api.person();
    for (const occurredAt of ['2019-05-06T12:00:00Z', '2019-07-08T12:00:00Z'])
      await anna.send('POST', '/v1/emotions', { body: { ...feeling, occurredAt } });
    await runHandler(api.worker, trendsRecompute, handler, { userId: anna.id, asked: true }, { clock: api.clock });
    const titleOf = async (window: string) => (await anna.send('GET', `/v1/emotions/trends.svg?window=${window}`)).text;
    expect(await titleOf('all')).toContain('Your moods, May 6, 2019 to Jul 8, 2019');
    expect(await titleOf('7')).toContain('Your moods, Mar 23, 2026 to Mar 29, 2026');
  });

  it('is there before anything was computed, and for each window', async () => {
    const anna = await api.person();
    for (const window of ['7', '30', '90', '365', 'all']) {
      const { status, text } = await anna.send('GET', `/v1/emotions/trends.svg?window=${window}`);
      expect([status, text]).toEqual([200, expect.stringContaining('Not enough check-ins yet')]);
    }
  });

  it.each(['31', '', 'ALL', '7.0', '1e2'])('refuses the window %j', async (window) => {
    const anna = await api.person();
    const { status, body } = await anna.send('GET', `/v1/emotions/trends.svg?window=${window}`);
    expect([status, body['code']]).toEqual([400, 'invalid_query']);
  });
});
