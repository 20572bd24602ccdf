import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineRoute } from '../../../api/route.ts';
import { endAllSessions, endSession } from '../../../shared/accounts/index.ts';
import type { Transaction } from '../../../shared/platform/database/database.ts';
import { type ServedApi, serveRoutes } from '../../support/api/served.ts';

const whoAmI = defineRoute(
  {
    method: 'GET',
    path: '/whoami',
    summary: 'x',
    tag: 'meta',
    who: 'user',
    response: z.object({ id: z.uuid(), role: z.string(), visible: z.int() }),
  },
  async ({ tx, user }) => {
    const [row] = await tx.query<{ visible: number }>('select count(*)::int as visible from account');
    return { body: { id: user.id, role: user.role, visible: row?.visible ?? 0 } };
  },
);

let api: ServedApi;
beforeAll(async () => {
  api = await serveRoutes([whoAmI]);
});
afterAll(() => api.close());

/** Requests that were refused because their session had ended, as operators count them. */
async function ended(): Promise<number> {
  const { values } = await api.deps.metrics.authFailuresTotal.get();
  return values.find(({ labels }) => labels.reason === 'session_ended')?.value ?? 0;
}

describe('a request with an access token', () => {
  it('runs as its user, who sees their own rows alone', async () => {
    const [anna] = [await api.person(), await api.person()];
    expect((await anna.send('GET', '/v1/whoami')).body).toEqual({ id: anna.id, role: 'standard', visible: 1 });
  });

  it.each<[string, (tx: Transaction, person: { id: never; sessionId: string }) => Promise<unknown>]>([
    ['signing out', (tx, { sessionId }) => endSession(tx, sessionId, api.deps.clock.now())],
    ['signing out everywhere', (tx, { id }) => endAllSessions(tx, id, api.deps.clock.now())],
    [
      'the account is being deleted',
      (tx, { id }) => tx.query(`update account set status = 'deleting' where id = $1`, [id]),
    ],
  ])('is 401 from the next one on after %s', async (_what, end) => {
    const anna = await api.person();
    await api.deps.database.transaction({ userId: anna.id }, (tx) => end(tx, anna as never));
    const counted = await ended();
    expect((await anna.send('GET', '/v1/whoami')).body).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(await ended()).toBe(counted + 1);
  });

  it('has the role of now, not of when the token was made', async () => {
    const anna = await api.person();
    await api.deps.database.transaction({ userId: anna.id }, (tx) =>
      tx.query(`update account set role = 'premium' where id = $1`, [anna.id]),
    );
    expect((await anna.send('GET', '/v1/whoami')).body).toMatchObject({ role: 'premium' });
  });
});
