import { describe, expect, it } from '@jest/globals';
import { trendsRecompute } from '../../../jobs/trends-recompute/contract.ts';
import { decodePayload } from '../../../shared/ledger/payload.ts';
import type { UserId } from '../../../shared/platform/ids.ts';
import { accountsApi, newcomer } from '../accounts/api-fixture.ts';

const api = accountsApi();
const put = (token: string, ...consents: string[]) => api.send('PUT', '/me/consents', { token, body: { consents } });
const get = async (token: string) => (await api.send('GET', '/me/consents', { token })).body;

describe('the consents of a new account', () => {
  it('are those it was opened with, and no other', async () => {
    const { accessToken } = await api.newcomer('nothing@example.org');
    expect(await get(accessToken)).toEqual({
      consents: ['service'],
      decisions: [{ purpose: 'service', granted: true, version: 1, recordedAt: '2026-11-21T10:00:00.000Z' }],
      history: [{ purpose: 'service', granted: true, version: 1, recordedAt: '2026-11-21T10:00:00.000Z' }],
    });
  });

  it.each([[[]], [['insights', 'reminders']]])('cannot be %j: without `service` there is none', async (consents) => {
    const body = { ...newcomer('without@example.org'), consents };
    expect(await api.send('POST', '/auth/register', { body })).toMatchObject({
      status: 400,
      body: { code: 'consent_required', errors: [{ path: 'consents' }] },
    });
    expect(await api.waitingMails()).toEqual([]);
  });
});

describe('a decision', () => {
  it('is read back as it was taken, with all that came before it', async () => {
    const { accessToken: token } = await api.newcomer('history@example.org');
    await put(token, 'service', 'insights');
    await put(token, 'service');
    const answer = await put(token, 'service', 'insights', 'reminders');
    expect(answer.body).toEqual(await get(token));
    expect(new Set(answer.body.consents)).toEqual(new Set(['service', 'insights', 'reminders']));
    const told = (answer.body.history as { purpose: string; granted: boolean }[]).map(
      ({ purpose, granted }) => `${purpose} ${granted ? 'granted' : 'withdrawn'}`,
    );
    expect(told.at(-1)).toBe('service granted');
    expect(told.filter((line) => line.startsWith('insights'))).toEqual([
      'insights granted',
      'insights withdrawn',
      'insights granted',
    ]);
    expect(told).toHaveLength(5);
  });

  it('on `service` is not theirs to take back while there is an account', async () => {
    const { accessToken: token } = await api.newcomer('service@example.org');
    expect(await put(token, 'insights')).toMatchObject({ status: 400, body: { code: 'consent_required' } });
    expect((await get(token)).consents).toEqual(['service']);
  });

  it('for `insights` has moods computed at once, and only one that was not taken before', async () => {
    const { accessToken: token, user } = await api.newcomer('insights@example.org');
    const enqueuedBy = async (...consents: string[]) => {
      await put(token, ...consents);
      const jobs = await api.look(
        `delete from job where kind = 'trends.recompute' and subject = $1 returning payload`,
        [user.id],
      );
      return jobs.map(({ payload }) => decodePayload(trendsRecompute, trendsRecompute.version, payload));
    };
    expect(await enqueuedBy('service', 'reminders')).toEqual([]);
    expect(await enqueuedBy('insights')).toEqual([]);
    expect(await enqueuedBy('service', 'insights')).toEqual([{ userId: user.id }]);
    expect(await enqueuedBy('service', 'insights', 'reminders')).toEqual([]);
    expect(await enqueuedBy('service')).toEqual([]);
    expect(await enqueuedBy('service', 'insights')).toEqual([{ userId: user.id }]);
  });

  it('is nobody else’s', async () => {
    const [ada, ben] = [await api.newcomer('ada@example.org'), await api.newcomer('ben@example.org')];
    await put(ada.accessToken, 'service', 'reminders');
    expect((await get(ben.accessToken)).consents).toEqual(['service']);
    expect((await get(ben.accessToken)).history).toHaveLength(1);
  });

  it.each(['update consent set granted = not granted', 'delete from consent', 'truncate consent'])(
    'stands, whoever runs `%s`',
    async (sql) => {
      const { user } = await api.newcomer(`${sql.slice(0, 6)}@example.org`);
      const userId = user.id as UserId;
      for (const { database } of [api.deps, api.workerDeps]) {
        await expect(database.transaction({ userId }, (tx) => tx.query(sql))).rejects.toMatchObject({ code: '42501' });
      }
    },
  );

  it('is never taken by a worker', async () => {
    const userId = (await api.newcomer('worker@example.org')).user.id as UserId;
    const insert = `insert into consent (id, user_id, purpose, version, granted, recorded_at) values (uuidv7(), $1, 'insights', 1, true, now())`;
    const attempt = api.workerDeps.database.transaction({ userId }, (tx) => tx.query(insert, [userId]));
    await expect(attempt).rejects.toMatchObject({ code: '42501' });
  });
});
