import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountRoutes } from '../../../api/routes/accounts/index.ts';
import { emotionRoutes } from '../../../api/routes/emotions/index.ts';
import { type Person, type ServedApi, serveRoutes } from '../../support/api/served.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveRoutes([...accountRoutes, ...emotionRoutes]);
});
afterAll(() => api?.close());

/** Half past four in the morning of the 29th. */
const early = { emotionTypeId: 1, intensity: 5, occurredAt: '2026-03-29T04:30:00.000Z', timeZone: 'UTC' };
const record = async (person: Person) => (await person.send('POST', '/v1/emotions', { body: early })).body;
const change = async (person: Person, body: unknown) => {
  expect((await person.send('PATCH', '/v1/me', { body })).status).toBe(200);
};

describe('a new day cut-off', () => {
  it('counts for what is recorded from now on, and moves nothing that is there', async () => {
    const anna = await api.person();
    const before = await record(anna);
    await change(anna, { dayCutOff: 6 });
    const after = await record(anna);
    expect([before['localDate'], after['localDate']]).toEqual(['2026-03-29', '2026-03-28']);
    const { body } = await anna.send('GET', `/v1/emotions/${String(before['id'])}`);
    expect(body).toEqual(before);
  });
});

describe('a new time zone', () => {
  it('moves nothing that is there', async () => {
    const anna = await api.person();
    const before = await record(anna);
    await change(anna, { timeZone: 'Pacific/Auckland' });
    const { body } = await anna.send('GET', `/v1/emotions/${String(before['id'])}`);
    expect(body).toEqual(before);
  });
});
